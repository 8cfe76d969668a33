using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmFunctions.FunctionApp.Tests;

/// <summary>The services of the function app, not started, with a storage that nobody answers for.</summary>
internal static class FunctionAppServices
{
    // Port 1 refuses at once.
    private const string NoStorage =
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;"
        + "QueueEndpoint=http://127.0.0.1:1/devstoreaccount1;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;";

    // Its only deployment refuses at once too.
    private const string Catalog = """
        {
          "endpoints": { "gone": { "kind": "openai", "address": "http://127.0.0.1:1/v1", "credential": "none", "allowInsecure": true } },
          "models": { "m": { "whenUnavailable": "queue", "deployments": { "gone": {} } } }
        }
        """;

    /// <param name="before">Services that the app finds registered already.</param>
    /// <param name="after">Services that replace its own.</param>
    /// <param name="settings">Over those of a service bus queue.</param>
    public static IHost Build(Action<IServiceCollection>? before = null, Action<IServiceCollection>? after = null, params (string Key, string? Value)[] settings)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.Configuration.AddInMemoryCollection(FunctionsDefaults.All);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = NoStorage,
            ["Catalog"] = Catalog,
            ["Access:CallerKeys:tests"] = "env:TEST_CALLER_KEY",
            ["TEST_CALLER_KEY"] = "caller-key",
            ["FallbackQueue"] = "service-bus",
            ["ServiceBus"] = "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=router;SharedAccessKey=c2VjcmV0",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        before?.Invoke(builder.Services);
        builder.Services.AddRouter(builder.Configuration);
        after?.Invoke(builder.Services);
        return builder.Build();
    }
}
