using System.Text.Json.Nodes;
using LlmFunctions.SelfHost;

namespace LlmFunctions.Benchmarks.Subjects;

/// <summary>Our SelfHost as it is shipped, callers' keys and shared health included; only its logs go nowhere, as those of its rivals.</summary>
internal static class Router
{
    public const string CallerKey = "benchmark-key";

    public static WebApplication Build(Uri endpoint, string storage) => RouterHost.Build([], builder =>
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = storage,
            ["Catalog"] = Catalog(endpoint),
            ["Access:CallerKeys:benchmark"] = "env:BENCHMARK_KEY",
            ["BENCHMARK_KEY"] = CallerKey,
        });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
    });

    private static string Catalog(Uri endpoint) => new JsonObject
    {
        ["endpoints"] = new JsonObject
        {
            ["fast"] = new JsonObject
            {
                ["kind"] = "openai",
                ["address"] = $"{endpoint.AbsoluteUri}v1",
                ["credential"] = "none",
                ["allowInsecure"] = true,
                ["probe"] = new JsonObject { ["kind"] = "none" },
            },
        },
        ["models"] = new JsonObject
        {
            ["gpt-4o"] = new JsonObject { ["deployments"] = new JsonObject { ["fast"] = new JsonObject() } },
        },
    }.ToJsonString();
}
