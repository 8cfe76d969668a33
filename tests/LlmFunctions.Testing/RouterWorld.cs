using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;

namespace LlmFunctions.Testing;

/// <summary>Simulated endpoints and the routers before them, with one storage prefix.</summary>
public sealed class RouterWorld : IAsyncDisposable
{
    private readonly string _storage;
    private readonly string _prefix;
    private readonly List<RouterInstance> _routers = [];

    private RouterWorld(string storage, string prefix, SimulatedEndpoint[] endpoints)
    {
        (_storage, _prefix, Endpoints) = (storage, prefix, endpoints);
    }

    /// <summary>Called <c>e0</c>, <c>e1</c>… in the catalog.</summary>
    public IReadOnlyList<SimulatedEndpoint> Endpoints { get; }

    public RouterInstance Router => _routers[0];

    public IReadOnlyList<RouterInstance> Routers => _routers;

    /// <summary>Starts endpoints and one router whose model <c>m</c> has them in the given tiers.</summary>
    public static async Task<RouterWorld> StartAsync(
        AzuriteFixture azurite,
        int[] tiers,
        Action<JsonObject>? catalog = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        string? storage = null,
        Func<int, SimulatorOptions>? options = null,
        TimeProvider? time = null)
    {
        var endpoints = await Task.WhenAll(tiers.Select((_, i) => SimulatedEndpoint.StartAsync(
            (options?.Invoke(i) ?? new SimulatorOptions()) with { Name = Name(i) }, CancellationToken.None)));
        var world = new RouterWorld(storage ?? azurite.ConnectionString, azurite.NewPrefix(), endpoints);
        await world.AddRouterAsync(tiers, catalog, settings, time: time);
        return world;
    }

    /// <summary>Starts another router over the same endpoints and storage.</summary>
    public async Task<RouterInstance> AddRouterAsync(
        int[] tiers,
        Action<JsonObject>? catalog = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        string? storage = null,
        TimeProvider? time = null)
    {
        var document = Catalog(tiers);
        catalog?.Invoke(document);
        var router = await RouterInstance.StartAsync(storage ?? _storage, _prefix, document.ToJsonString(), settings, time);
        _routers.Add(router);
        return router;
    }

    /// <summary>Starts another router in a process of its own, which is the caller's to dispose.</summary>
    public Task<RouterProcess> StartProcessAsync(int[] tiers, IReadOnlyDictionary<string, string?> settings) =>
        RouterProcess.StartAsync(_storage, _prefix, Catalog(tiers).ToJsonString(), settings);

    /// <summary>The health of a deployment as an operator sees it: null when it takes requests, else why not.</summary>
    public async Task<string?> SkippedAsync(int endpoint, int router = 0) =>
        (await DeploymentAsync(endpoint, router))["skipped"]?.GetValue<string>();

    /// <summary>A deployment as an operator sees it.</summary>
    public async Task<JsonNode> DeploymentAsync(int endpoint, int router = 0)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/manage/deployments") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var response = await _routers[router].Http.SendAsync(message);
        response.EnsureSuccessStatusCode();
        var all = (await response.Content.ReadFromJsonAsync<JsonArray>())!;
        return all.Single(one => one!["deployment"]!.GetValue<string>() == $"m@{Name(endpoint)}")!;
    }

    /// <summary>A deployment's circuit as an operator sees it.</summary>
    public async Task<JsonNode> CircuitAsync(int endpoint, int router = 0) => (await DeploymentAsync(endpoint, router))["circuit"]!;

    /// <summary>The text an endpoint gives for a prompt, without the router.</summary>
    public async Task<string> DirectAnswerAsync(string prompt, int endpoint = 0)
    {
        using var response = await Router.Http.PostAsJsonAsync(new Uri(Endpoints[endpoint].Address, "/v1/chat/completions"), Chats.Body(prompt));
        return Chats.TextOf((await response.Content.ReadFromJsonAsync<JsonNode>())!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var router in _routers)
            await router.DisposeAsync();
        foreach (var endpoint in Endpoints)
            await endpoint.DisposeAsync();
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"e{index}");

    private JsonObject Catalog(int[] tiers)
    {
        var endpoints = new JsonObject();
        var deployments = new JsonObject();
        for (var i = 0; i < tiers.Length; i++)
        {
            endpoints[Name(i)] = new JsonObject
            {
                ["kind"] = "openai",
                ["address"] = $"{Endpoints[i].Address.AbsoluteUri}v1",
                ["credential"] = "none",
                ["allowInsecure"] = true,
                ["probe"] = new JsonObject { ["kind"] = "none" },
            };
            deployments[Name(i)] = new JsonObject { ["tier"] = tiers[i], ["model"] = $"m-at-{Name(i)}" };
        }

        return new()
        {
            ["endpoints"] = endpoints,
            ["models"] = new JsonObject { ["m"] = new JsonObject { ["whenUnavailable"] = "reject", ["deployments"] = deployments } },
        };
    }
}
