using LlmFunctions.AspNetCore;
using LlmFunctions.Azure;
using LlmFunctions.Core;
using LlmFunctions.FunctionApp;
using LlmFunctions.ServiceBus;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();

    // The front end ends a request that is silent for 230 s; what has not begun by then must be answered before.
    if (builder.Configuration["Routing:AnswerWithin"] is null)
        builder.Configuration.AddInMemoryCollection([new("Routing:AnswerWithin", "00:03:40")]);

    builder.Services.AddRouterCore(builder.Configuration);
    builder.Services.AddRouterHttp(builder.Configuration);
    builder.Services.AddAzureStorage(builder.Configuration);
    builder.Services.AddServiceBusQueue(builder.Configuration);
    builder.Services.AddSingleton<RouterPipeline>();
    builder.Services.AddHostedService<TriggerCheck>();

    await builder.Build().RunAsync();
    return 0;
}
catch (OptionsValidationException e)
{
    foreach (var failure in e.Failures)
        await Console.Error.WriteLineAsync(failure);
    return 1;
}
