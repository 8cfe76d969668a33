using LlmFunctions.AspNetCore;
using LlmFunctions.Azure;
using LlmFunctions.Core;
using LlmFunctions.FunctionApp;
using LlmFunctions.ServiceBus;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();

    // Below every other source, so that any of them can say otherwise.
    builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = FunctionsDefaults.All });
    builder.Services.AddRouterCore(builder.Configuration);
    builder.Services.AddRouterHttp(builder.Configuration);
    builder.Services.AddAzureStorage(builder.Configuration);
    builder.Services.AddServiceBusQueue(builder.Configuration);
    builder.Services.AddSingleton<RouterPipeline>();
    builder.Services.AddHostedService<TriggerCheck>();

    await builder.Build().RunAsync();
    return 0;
}
catch (Exception e) when (SettingErrors.In(e) is { Count: > 0 } errors)
{
    foreach (var error in errors)
        await Console.Error.WriteLineAsync(error);
    return 1;
}
