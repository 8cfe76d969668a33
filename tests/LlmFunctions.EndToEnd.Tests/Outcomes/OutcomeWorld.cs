using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>Two endpoints that speak one API, and a model for each row, so that the rows of one API can be played at once without learning
/// from each other. The first endpoint has the rows' faults, the second is sound.</summary>
internal sealed class OutcomeWorld(RouterWorld world, ApiCall api) : IAsyncDisposable
{
    // Long enough for a sound answer on a busy machine; only silent endpoints use it up.
    private const string Limit = "00:00:01";

    // Extra attempts of so many rows at once are no outage.
    private static readonly Dictionary<string, string?> Settings = new() { ["Forwarding:RetryBudgetLeast"] = "100000" };

    public RouterWorld World { get; } = world;

    public static async Task<OutcomeWorld> StartAsync(AzuriteFixture azurite, ApiCall api, IEnumerable<(OutcomeRow Row, bool Stream)> rows)
    {
        var all = rows.ToList();
        var world = await RouterWorld.StartAsync(azurite, [0, 1], catalog => Add(catalog, api, all), Settings);
        foreach (var (row, stream) in all)
            world.Endpoints[0].Faults.Add(row.Fault with { Model = NameAt(0, ModelOf(row, stream)) });
        return new(world, api);
    }

    public static string ModelOf(OutcomeRow row, bool stream) => stream ? $"{row.Name}-streamed" : row.Name;

    public Task<ChatReply> AskAsync(string model, bool stream) => api.AskAsync(World.Router.Http, World.Router.Address, model, stream);

    /// <summary>What an endpoint gives without the router.</summary>
    public async Task<ChatReply> AskDirectAsync(int endpoint, string model, bool stream) =>
        await api.AskAsync(World.Router.Http, World.Endpoints[endpoint].Address, NameAt(endpoint, model), stream);

    /// <summary>What the sound endpoint says to the prompt of a model, without the router.</summary>
    public async Task<string> DirectTextAsync(string model, bool stream)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var renamed = api with { Body = _ => api.Body(model) };
        return api.TextOf(await renamed.AskAsync(http, World.Endpoints[1].Address, NameAt(1, model), stream));
    }

    /// <summary>Why each deployment is not available, as an operator sees it.</summary>
    public async Task<Dictionary<string, string?>> SkippedAsync()
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/manage/deployments") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var response = await World.Router.Http.SendAsync(message);
        var all = (await response.Content.ReadFromJsonAsync<JsonArray>())!;
        return all.ToDictionary(one => (string)one!["deployment"]!, one => (string?)one!["skipped"]);
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    public static string NameAt(int endpoint, string model) => $"{model}-at-e{endpoint}";

    private static void Add(JsonObject catalog, ApiCall api, List<(OutcomeRow Row, bool Stream)> rows)
    {
        foreach (var (_, endpoint) in catalog["endpoints"]!.AsObject())
        {
            if (!api.IsAnthropic)
                break;
            endpoint!["kind"] = "anthropic";
            endpoint["address"] = endpoint["address"]!.GetValue<string>()[..^3];
        }

        foreach (var (row, stream) in rows)
        {
            var name = ModelOf(row, stream);
            var model = catalog["models"]!["m"]!.DeepClone();
            for (var i = 0; i < 2; i++)
                model["deployments"]![$"e{i}"]!["model"] = NameAt(i, name);
            if (row.IsSilent)
                (model["firstTokenLimit"], model["answerLimit"]) = (Limit, Limit);
            catalog["models"]![name] = model;
        }
    }
}
