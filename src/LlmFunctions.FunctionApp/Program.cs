using LlmFunctions.AspNetCore;
using LlmFunctions.Azure;
using LlmFunctions.Core;
using LlmFunctions.Core.Health;
using LlmFunctions.FunctionApp;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    // The tick of ProbeFunction, unless the section Probing says otherwise.
    builder.Services.Configure<ProbingOptions>(probing => probing.Tick = TimeSpan.FromSeconds(5));
    builder.Services.AddRouterCore(builder.Configuration);
    builder.Services.AddRouterHttp(builder.Configuration);
    builder.Services.AddAzureStorage(builder.Configuration);
    builder.Services.AddSingleton<RouterPipeline>();

    using var host = builder.Build();
    await host.RunAsync();
    return 0;
}
catch (Exception e) when (SettingErrors.In(e) is { Count: > 0 } errors)
{
    foreach (var error in errors)
        await Console.Error.WriteLineAsync(error);
    return 1;
}
