using LlmFunctions.Core;
using LlmFunctions.FunctionApp;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();

    // Below every other source, so that any of them can say otherwise.
    builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = FunctionsDefaults.All });
    builder.Logging.AddConsole();
    builder.Services.AddRouter(builder.Configuration);

    using var host = builder.Build();
    SettingErrors.Validate(host.Services);
    await host.RunAsync();
    return 0;
}
catch (Exception e) when (SettingErrors.In(e) is { Count: > 0 } errors)
{
    foreach (var error in errors)
        await Console.Error.WriteLineAsync(error);
    return 1;
}
