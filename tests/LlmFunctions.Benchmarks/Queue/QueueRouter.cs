using System.Text.Json.Nodes;
using LlmFunctions.SelfHost;

namespace LlmFunctions.Benchmarks.Queue;

/// <summary>Our SelfHost before one endpoint, with the queue as it is shipped.</summary>
internal static class QueueRouter
{
    /// <param name="endpoint">An address where nobody listens makes every request a queued one.</param>
    public static WebApplication Build(Uri endpoint, string storage) => RouterHost.Build([], builder =>
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = storage,
            ["Storage:Prefix"] = $"b{Guid.NewGuid():N}"[..20],
            ["FallbackQueueName"] = $"b-{Guid.NewGuid():N}"[..20],
            ["Catalog"] = Catalog(endpoint),
            ["Access:AllowAnonymous"] = "true",
        });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
    });

    private static string Catalog(Uri endpoint) => new JsonObject
    {
        ["endpoints"] = new JsonObject
        {
            ["only"] = new JsonObject
            {
                ["kind"] = "openai",
                ["address"] = $"{endpoint.AbsoluteUri}v1",
                ["credential"] = "none",
                ["allowInsecure"] = true,
                ["probe"] = new JsonObject { ["kind"] = "none" },
            },
        },
        ["models"] = new JsonObject { ["gpt-4o"] = new JsonObject { ["deployments"] = new JsonObject { ["only"] = new JsonObject() } } },
    }.ToJsonString();
}
