using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>Requests that never succeed do not hold up those behind them.</summary>
public sealed class HoldUpTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    // Twice as many as are in flight when a drain begins.
    private const int InFront = 8;
    private const int Behind = 12;

    [Fact]
    public async Task PoisonInFront_NeverDies_RequestsBehindItAreAnswered()
    {
        await using var world = await QueueWorld.StartAsync(azurite, settings: new Dictionary<string, string?>
        {
            ["Replay:MaxFailures"] = "1000",
            ["Health:ConsecutiveFailures"] = "1000",
            ["Health:MinimumResults"] = "1000",
        });
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Status, Status = 500, Operation = "embeddings" });
        Assert.Equal(200, (await world.Router.Http.ChatAsync("healthy")).Status);
        var poison = await QueueAllAsync(world, InFront, i => EmbeddingsAsync(world, i));
        foreach (var location in poison)
            await Eventually.IsTrueAsync(async () => (int)(await world.Router.Http.StateAsync(location))["failures"]! > 0, QueueWorld.Patience);

        await ExpectAnswersBehindAsync(world);
        Assert.All(await StatesAsync(world, poison), state => Assert.True((string?)state["status"] is "queued" or "running", state.ToJsonString()));
    }

    [Fact]
    public async Task ExpiredInFront_RequestsBehindThemAreAnsweredAndTheyAreNeverSent()
    {
        await using var world = await QueueWorld.StartAsync(azurite, document =>
        {
            document["models"]!["short-lived"] = document["models"]!["m"]!.DeepClone();
            document["models"]!["short-lived"]!["timeToLive"] = "00:00:01";
        });
        await world.Endpoints[0].StopAsync();
        var expired = await QueueAllAsync(world, InFront, i => QueueAsync(world, "/v1/chat/completions", Chat("short-lived", $"expired {i}")));
        foreach (var location in expired)
            await world.Router.Http.UntilAsync(location, "expired");
        await world.Endpoints[0].RestartAsync();
        await ExpectAnswersBehindAsync(world);
        Assert.DoesNotContain(world.Endpoints[0].Counters.Total.Received.Keys, prompt => prompt.StartsWith("expired", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CallersErrorsInFront_RequestsBehindThemAreAnswered()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ContextLength, Operation = "embeddings" });
        await world.Endpoints[0].StopAsync();
        var refused = await QueueAllAsync(world, InFront, i => EmbeddingsAsync(world, i));
        await world.Endpoints[0].RestartAsync();
        await ExpectAnswersBehindAsync(world);
        foreach (var location in refused)
            await world.Router.Http.UntilAsync(location, "failed");
    }

    private async Task ExpectAnswersBehindAsync(RouterWorld world)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var behind = await QueueAllAsync(world, Behind, i => QueueAsync(world, "/v1/chat/completions", Chat("m", $"behind {i}")));
        for (var i = 0; i < Behind; i++)
        {
            await world.Router.Http.UntilAsync(behind[i], "succeeded");
            Assert.Equal(await world.DirectAnswerAsync($"behind {i}"), (await world.Router.Http.AnswerAsync(behind[i])).Text);
        }

        output.WriteLine($"{Behind} behind {InFront} were answered within {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s");
    }

    private static async Task<string[]> QueueAllAsync(RouterWorld world, int count, Func<int, Task<string>> queue) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(queue));

    private static Task<string> EmbeddingsAsync(RouterWorld world, int i) => QueueAsync(world, "/v1/embeddings", new() { ["model"] = "m", ["input"] = $"in front {i}" });

    private static JsonObject Chat(string model, string prompt)
    {
        var body = Chats.Body(prompt);
        body["model"] = model;
        return body;
    }

    private static async Task<string> QueueAsync(RouterWorld world, string path, JsonObject body)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body), Headers = { { "Prefer", "respond-async" } } };
        using var response = await world.Router.Http.SendAsync(message);
        Assert.Equal(202, (int)response.StatusCode);
        return response.Headers.Location!.OriginalString;
    }

    private static Task<JsonNode[]> StatesAsync(RouterWorld world, IEnumerable<string> locations) =>
        Task.WhenAll(locations.Select(location => world.Router.Http.StateAsync(location)));
}
