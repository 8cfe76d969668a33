using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Streams;

/// <summary>One world in which every stream breaks in its own way: a catalog model per case and second deployment, so that no case's
/// failures open another's circuit. All requests of an API run side by side, once, since many of them wait for a stall.</summary>
public sealed class StreamMatrix(AzuriteFixture azurite) : IAsyncLifetime
{
    /// <summary>After so many tokens the deployment that says something else does.</summary>
    public const int SaysElseAfter = 6;

    private static readonly string[] Modes = ["splice", "hold", "off"];
    private readonly ConcurrentDictionary<StreamApi, Lazy<Task<Dictionary<string, string>>>> _answers = new();
    private RouterWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await RouterWorld.StartAsync(azurite, [0, 1, 1], AddModels);
        _world.Endpoints[2].Settings.SaysElseAfter = SaysElseAfter;
        foreach (var one in Enum.GetValues<StreamApi>().SelectMany(StreamCase.All))
            _world.Endpoints[0].Faults.Add(one.ToFault());
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    /// <summary>The events of the caller's answer.</summary>
    internal async Task<string[]> AnswerAsync(StreamCase one, string mode, bool saysElse)
    {
        var all = await _answers.GetOrAdd(one.Api, api => new(() => RunAsync(api))).Value;
        return StreamEvents.Read(all[Key(one, mode, saysElse)]);
    }

    /// <summary>How often the second deployment was asked for it.</summary>
    internal long AskedSecond(StreamCase one, string mode, bool saysElse) =>
        _world.Endpoints[saysElse ? 2 : 1].Counters.ForModel(Key(one, mode, saysElse)).Requests;

    /// <summary>The events of an endpoint's own answer, without the router.</summary>
    internal async Task<string[]> UnbrokenAsync(StreamApi api, bool usesTool, bool saysElse)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_world.Endpoints[saysElse ? 2 : 1].Address, api.PathOf()));
        message.Content = JsonContent.Create(api.Body("unbroken", usesTool));
        using var response = await _world.Router.Http.SendAsync(message);
        return StreamEvents.Read(await response.Content.ReadAsStringAsync());
    }

    private static string Key(StreamCase one, string mode, bool saysElse) => $"{one.Model}-{mode}-{(saysElse ? "else" : "same")}";

    private async Task<Dictionary<string, string>> RunAsync(StreamApi api)
    {
        var answers = new ConcurrentDictionary<string, string>();
        var runs = from one in StreamCase.All(api) from mode in Modes from saysElse in (bool[])[false, true] select (one, mode, saysElse);
        await Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = 48 }, async (run, token) =>
        {
            var key = Key(run.one, run.mode, run.saysElse);
            using var message = new HttpRequestMessage(HttpMethod.Post, api.PathOf()) { Content = JsonContent.Create(api.Body(key, run.one.UsesTool)) };
            using var response = await _world.Router.Http.SendAsync(message, token);
            Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
            answers[key] = await response.Content.ReadAsStringAsync(token);
        });
        return new(answers);
    }

    private static void AddModels(JsonObject catalog)
    {
        var endpoints = catalog["endpoints"]!.AsObject();
        foreach (var name in endpoints.Select(endpoint => endpoint.Key).ToList())
        {
            var anthropic = endpoints[name]!.DeepClone().AsObject();
            anthropic["kind"] = "anthropic";
            anthropic["address"] = anthropic["address"]!.GetValue<string>()[..^3];
            endpoints[$"a{name[1..]}"] = anthropic;
        }

        foreach (var one in Enum.GetValues<StreamApi>().SelectMany(StreamCase.All))
        {
            foreach (var (mode, saysElse) in Modes.SelectMany(mode => (IEnumerable<(string, bool)>)[(mode, false), (mode, true)]))
                catalog["models"]![Key(one, mode, saysElse)] = Model(one, mode, saysElse);
        }
    }

    private static JsonObject Model(StreamCase one, string mode, bool saysElse)
    {
        var kind = one.Api == StreamApi.Messages ? "a" : "e";
        var model = new JsonObject
        {
            ["whenUnavailable"] = "reject",
            ["stream"] = mode,
            ["deployments"] = new JsonObject
            {
                [$"{kind}0"] = new JsonObject { ["tier"] = 0, ["model"] = one.Model },
                [$"{kind}{(saysElse ? 2 : 1)}"] = new JsonObject { ["tier"] = 1, ["model"] = Key(one, mode, saysElse) },
            },
        };
        // Long enough for a slow machine to say the next token, short enough to wait for.
        if (one.Fault == FaultKind.Stall)
            (model["idleLimit"], model["firstTokenLimit"]) = ("00:00:03", "00:00:03");
        return model;
    }
}
