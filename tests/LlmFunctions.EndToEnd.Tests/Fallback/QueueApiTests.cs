using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>What a caller does with a queued request: look, wait, ask why, cancel. Nobody else may.</summary>
public sealed class QueueApiTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task RespondAsync_EndpointIsThere_Is202AtOnceAndSaysThatItApplied()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        var reply = await world.Router.Http.ChatAsync("later", headers: ("Prefer", "respond-async"));
        Assert.Equal((202, "respond-async", "0"), (reply.Status, reply.Headers["Preference-Applied"], reply.Headers["x-llm-attempts"]));
    }

    [Fact]
    public async Task LongPoll_RequestIsDoneMeanwhile_IsToldThen()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Settings.FirstTokenDelay = TimeSpan.FromSeconds(1);
        var location = await world.Router.Http.QueueChatAsync("poll");
        var watch = Stopwatch.StartNew();
        var (state, applied, again) = await PollAsync(world, location, 90);
        Assert.Equal(("succeeded", "wait=90", false), ((string?)state["status"], applied, again));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"told only after {watch.Elapsed}");
    }

    [Fact]
    public async Task LongPoll_RequestTakesLonger_IsToldSoWhenTheWaitIsOver()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        var location = await world.Router.Http.QueueChatAsync("poll");
        await world.Router.Http.UntilAsync(location, "running");
        var watch = Stopwatch.StartNew();
        var (state, _, again) = await PollAsync(world, location, 1);
        Assert.Equal(("running", true), ((string?)state["status"], again));
        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(0.9), $"told after {watch.Elapsed}");
        // Or the router would give the attempt its time to finish.
        await world.Endpoints[0].StopAsync();
    }

    [Fact]
    public async Task Decision_BeforeAndAfterTheRun_IsNoneAndThenTheWholeOne()
    {
        await using var world = await QueueWorld.StartAsync(azurite, endpoints: 2);
        foreach (var endpoint in world.Endpoints)
            endpoint.Faults.Add(new() { Kind = FaultKind.Hang, Times = 1 });
        var location = await world.Router.Http.QueueChatAsync("why");
        Assert.Equal("no_decision", (string?)(await world.Router.Http.StateAsync($"{location}/decision"))["error"]!["code"]);

        world.Endpoints[0].Faults.Clear();
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson });
        await world.Endpoints[0].RestartAsync();
        world.Endpoints[1].Faults.Clear();
        var done = await world.Router.Http.UntilAsync(location, "succeeded");
        var decision = await world.Router.Http.StateAsync($"{location}/decision");
        Assert.Equal(["m@e0", "m@e1"], decision["candidates"]!.AsArray().Select(one => (string?)one!["deployment"]));
        Assert.Equal("200", (string?)decision["attempts"]!.AsArray()[^1]!["outcome"]);
        Assert.Equal(decision.ToJsonString(), done["decision"]!.ToJsonString());
        Assert.Equal((string?)done["id"], (string?)decision["requestId"]);
    }

    [Fact]
    public async Task Cancel_RequestThatRuns_CancelsTheEndpointsAttempt()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        var location = await world.Router.Http.QueueChatAsync("stop it");
        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total.InFlight == 1, QueueWorld.Patience);
        using var response = await world.Router.Http.DeleteAsync(new Uri(location, UriKind.Relative));
        Assert.Equal("cancelled", (string?)(await response.Content.ReadFromJsonAsync<JsonNode>())!["status"]);

        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total is { Aborted: 1, InFlight: 0 }, QueueWorld.Patience);
        world.Endpoints[0].Faults.Clear();
        await world.Router.Http.UntilAsync(await world.Router.Http.QueueChatAsync("behind it"), "succeeded");
        Assert.Equal("cancelled", (string?)(await world.Router.Http.StateAsync(location))["status"]);
        Assert.Equal((409, 1), ((await world.Router.Http.AnswerAsync(location)).Status, (int)world.Endpoints[0].Counters.Total.Received["stop it"]));
    }

    [Fact]
    public async Task Cancel_WithAPreferenceToWait_DoesNotWait()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        var location = await world.Router.Http.QueueChatAsync("stop it now");
        using var message = new HttpRequestMessage(HttpMethod.Delete, location) { Headers = { { "Prefer", "wait=150" } } };
        var watch = Stopwatch.StartNew();
        using var response = await world.Router.Http.SendAsync(message);
        Assert.Equal("cancelled", (string?)(await response.Content.ReadFromJsonAsync<JsonNode>())!["status"]);
        Assert.False(response.Headers.Contains("Preference-Applied"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"cancelled only after {watch.Elapsed}");
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}""", "data: {\"error\":{")]
    [InlineData("/v1/responses", """{"model":"m","stream":true,"input":"x"}""", "event: error\ndata: {\"type\":\"error\",\"code\":\"no_deployment_available\"")]
    public async Task Stream_WaitsInVain_GetsCommentsAndThenAnErrorInBand(string path, string body, string expected)
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0], catalog =>
        {
            catalog["models"]!["m"]!["whenUnavailable"] = "wait";
            catalog["models"]!["m"]!["wait"] = "00:00:03";
        });
        await world.Endpoints[0].StopAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync(path, content);
        var events = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split("\n\n");
        Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.All(events.SkipLast(1), comment => Assert.StartsWith(": waiting", comment, StringComparison.Ordinal));
        Assert.True(events.Length > 1, "no comment came");
        Assert.StartsWith(expected, events[^1], StringComparison.Ordinal);
        Assert.Contains("no_deployment_available", events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_OfAnotherCaller_IsNowhereToBeFound()
    {
        await using var world = await OwnersWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var location = await world.Router.Http.QueueChatAsync("mine", headers: ("api-key", OwnersWorld.Owner));
        var id = (string)(await world.CallAsync(OwnersWorld.Owner, "POST", "/v1/responses", Background())).Body["id"]!;
        (string, string)[] calls =
        [
            ("GET", location), ("GET", $"{location}/response"), ("GET", $"{location}/decision"), ("DELETE", location),
            ("GET", $"/v1/responses/{id}"), ("POST", $"/v1/responses/{id}/cancel"), ("DELETE", $"/v1/responses/{id}"),
            ("GET", $"/v1/requests/{id["resp_".Length..]}"),
        ];
        foreach (var (method, path) in calls)
            Assert.Equal((path, 404), (path, (await world.CallAsync(OwnersWorld.Stranger, method, path)).Status));

        // Nothing was cancelled by that.
        await world.Endpoints[0].RestartAsync();
        foreach (var path in (string[])[location, $"/v1/responses/{id}"])
        {
            await Eventually.IsTrueAsync(
                async () => (string?)(await world.CallAsync(OwnersWorld.Owner, "GET", path)).Body["status"] is "succeeded" or "completed", QueueWorld.Patience);
        }

        Assert.Equal(404, (await world.CallAsync(OwnersWorld.Stranger, "GET", $"{location}/response")).Status);
        Assert.Equal(200, (await world.CallAsync(OwnersWorld.Owner, "GET", $"{location}/response")).Status);
    }

    private static JsonObject Background() => new() { ["model"] = "m", ["input"] = "mine too", ["background"] = true };

    private static async Task<(JsonNode State, string Applied, bool AsksToLookAgain)> PollAsync(RouterWorld world, string location, int seconds)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, location) { Headers = { { "Prefer", $"wait={seconds}" } } };
        using var response = await world.Router.Http.SendAsync(message);
        return ((await response.Content.ReadFromJsonAsync<JsonNode>())!, response.Headers.GetValues("Preference-Applied").Single(), response.Headers.RetryAfter is not null);
    }
}
