using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Standby;

/// <summary>A primary that runs, a standby that does not until its hook is called, and routers before them with one storage prefix.</summary>
internal sealed class StandbyWorld : IAsyncDisposable
{
    private readonly string _storage;
    private readonly List<RouterInstance> _routers = [];

    private StandbyWorld(AzuriteFixture azurite, SimulatedEndpoint primary, SimulatedEndpoint cold)
    {
        (_storage, Prefix, Primary, Cold) = (azurite.ConnectionString, azurite.NewPrefix(), primary, cold);
        Catalog = Document();
    }

    public SimulatedEndpoint Primary { get; }

    public SimulatedEndpoint Cold { get; }

    public string Prefix { get; }

    /// <summary>Change it before the first router starts.</summary>
    public JsonObject Catalog { get; }

    public JsonNode Model => Catalog["models"]!["m"]!;

    public JsonNode Standby => Catalog["endpoints"]!["cold"]!["standby"]!;

    public IReadOnlyList<RouterInstance> Routers => _routers;

    public RouterInstance Router => _routers[0];

    public static async Task<StandbyWorld> StartAsync(AzuriteFixture azurite, TimeSpan startDelay)
    {
        var primary = await SimulatedEndpoint.StartAsync(new() { Name = "primary" }, CancellationToken.None);
        var cold = await SimulatedEndpoint.StartAsync(new() { Name = "cold", BeginsStopped = true, StartDelay = startDelay }, CancellationToken.None);
        return new(azurite, primary, cold);
    }

    public async Task<RouterInstance> AddRouterAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        _routers.Add(await RouterInstance.StartAsync(_storage, Prefix, Catalog.ToJsonString(), settings));
        return _routers[^1];
    }

    public Task<RouterProcess> StartProcessAsync(IReadOnlyDictionary<string, string?> settings) =>
        RouterProcess.StartAsync(_storage, Prefix, Catalog.ToJsonString(), settings);

    /// <summary>The standby's deployment as an operator sees it at one router.</summary>
    public static async Task<JsonNode> SeenAsync(RouterInstance router)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/manage/deployments") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var response = await router.Http.SendAsync(message);
        response.EnsureSuccessStatusCode();
        var all = (await response.Content.ReadFromJsonAsync<JsonArray>())!;
        return all.Single(one => one!["deployment"]!.GetValue<string>() == "m@cold")!;
    }

    public static async Task<string?> SkippedAsync(RouterInstance router) => (string?)(await SeenAsync(router))["skipped"];

    public async ValueTask DisposeAsync()
    {
        foreach (var router in _routers)
            await router.DisposeAsync();
        await Primary.DisposeAsync();
        await Cold.DisposeAsync();
    }

    private JsonObject Document() => new()
    {
        ["endpoints"] = new JsonObject
        {
            ["primary"] = Endpoint(Primary, new() { ["kind"] = "none" }),
            ["cold"] = Endpoint(Cold, new() { ["path"] = "/health", ["interval"] = "00:00:05" }, Hooks()),
        },
        ["models"] = new JsonObject
        {
            ["m"] = new JsonObject
            {
                ["wait"] = "00:01:00",
                ["deployments"] = new JsonObject { ["primary"] = new JsonObject(), ["cold"] = new JsonObject { ["tier"] = 1 } },
            },
        },
    };

    private JsonObject Hooks() => new()
    {
        ["start"] = new JsonObject
        {
            ["method"] = "PATCH",
            ["address"] = $"{Cold.ControlAddress}_simulator/hooks/start",
            ["allowInsecure"] = true,
            ["contentType"] = "application/merge-patch+json",
            ["body"] = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 1 } },
        },
        ["stop"] = new JsonObject { ["address"] = $"{Cold.ControlAddress}_simulator/hooks/stop", ["allowInsecure"] = true },
        ["stopAfter"] = "00:00:03",
    };

    private static JsonObject Endpoint(SimulatedEndpoint endpoint, JsonObject probe, JsonObject? standby = null)
    {
        var written = new JsonObject
        {
            ["kind"] = "openai",
            ["address"] = $"{endpoint.Address.AbsoluteUri}v1",
            ["credential"] = "none",
            ["allowInsecure"] = true,
            ["probe"] = probe,
        };
        if (standby is not null)
            written["standby"] = standby;
        return written;
    }
}
