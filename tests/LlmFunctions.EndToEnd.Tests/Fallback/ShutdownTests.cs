using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>SIGTERM: callers get their answers, and a replay that takes longer than that is handed back to the queue at once.</summary>
public sealed class ShutdownTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(4);

    // Of the receiver, for writing down what is handed back.
    private static readonly TimeSpan HandBackLimit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Sigterm_WhileAReplayAndACallerAreServed_TheCallerIsAnsweredAndTheReplayIsHandedBack()
    {
        await using var endpoint = await SimulatedEndpoint.StartAsync(new SimulatorOptions { Name = "e0" }, CancellationToken.None);
        await using var router = await StartAsync(endpoint);
        endpoint.Faults.Add(new() { Kind = FaultKind.Hang, Operation = "embeddings" });
        using var queued = await QueueEmbeddingsAsync(router);
        var location = queued.Headers.Location!.OriginalString;
        await Eventually.IsTrueAsync(() => endpoint.Counters.Total.InFlight == 1, QueueWorld.Patience);

        endpoint.Settings.FirstTokenDelay = TimeSpan.FromSeconds(1);
        var caller = router.Http.ChatAsync("in flight");
        await Eventually.IsTrueAsync(() => endpoint.Counters.Total.InFlight == 2, QueueWorld.Patience);
        var watch = Stopwatch.StartNew();
        var code = await router.TerminateAsync(within: 5 * (DrainLimit + HandBackLimit));
        output.WriteLine($"ended with {code} after {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal((0, 200), (code, (await caller).Status));
        await Eventually.IsTrueAsync(() => endpoint.Counters.Total.Aborted == 1, QueueWorld.Patience);

        // Neither its lease nor the sweeper frees it within this test.
        endpoint.Faults.Clear();
        await router.StartAsync();
        var done = await router.Http.UntilAsync(location, "succeeded");
        Assert.Equal((2, 0, 0), ((int)done["runs"]!, (int)done["failures"]!, (int)done["postponed"]!));
    }

    private async Task<RouterProcess> StartAsync(SimulatedEndpoint endpoint)
    {
        var catalog = JsonNode.Parse($$"""
            { "endpoints": { "e0": { "kind": "openai", "address": "{{endpoint.Address}}v1", "credential": "none", "allowInsecure": true, "probe": { "kind": "none" } } },
              "models": { "m": { "deployments": { "e0": {} } } } }
            """)!.AsObject();
        QueueWorld.Queue(catalog);
        return await RouterProcess.StartAsync(azurite.ConnectionString, azurite.NewPrefix(), catalog.ToJsonString(), QueueWorld.Settings(new Dictionary<string, string?>
        {
            ["Http:DrainLimit"] = DrainLimit.ToString(),
            ["Replay:Lease"] = "01:00:00",
            ["Routing:MessageGrace"] = "01:00:00",
        }));
    }

    private static async Task<HttpResponseMessage> QueueEmbeddingsAsync(RouterProcess router)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/embeddings")
        {
            Content = JsonContent.Create(new JsonObject { ["model"] = "m", ["input"] = "a long replay" }),
            Headers = { { "Prefer", "respond-async" } },
        };
        return await router.Http.SendAsync(message);
    }
}
