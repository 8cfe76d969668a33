using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmFunctions.EndToEnd.Tests.Fallback;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Standby;

/// <summary>An endpoint that really does not listen until its start hook is called.</summary>
public sealed class StandbyTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // So long that it never comes: the test lets the standby listen when it is time.
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    // A tick of the keeper, a look at the epoch and a look of the request that waits, and time to ask.
    private static readonly TimeSpan ReadyToAnswer = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task ThreeRouters_PrimaryDies_TheStandbyIsStartedOnceAnswersWhatWaitsAndIsStoppedAfterFailBack()
    {
        await using var world = await StandbyWorld.StartAsync(azurite, startDelay: TimeSpan.FromSeconds(2));
        for (var i = 0; i < 3; i++)
            Assert.Equal("primary", (await (await world.AddRouterAsync()).Http.ChatAsync("warm")).Endpoint);
        Assert.False(world.Cold.IsListening);
        await Assert.ThrowsAsync<HttpRequestException>(() => world.Router.Http.GetAsync(new Uri(world.Cold.Address, "/health")));

        await world.Primary.StopAsync();
        var watch = Stopwatch.StartNew();
        var chats = world.Routers.Select((router, i) => router.Http.ChatAsync($"waits {i}")).ToList();
        await Eventually.IsTrueAsync(() => world.Cold.IsListening, Patience);
        var listening = watch.Elapsed;
        var replies = await Task.WhenAll(chats);
        output.WriteLine($"The standby listened after {listening.TotalSeconds:0.0} s, the last of three waiting requests was answered {(watch.Elapsed - listening).TotalSeconds:0.0} s later.");
        Assert.All(replies, reply => Assert.Equal((200, "cold"), (reply.Status, reply.Endpoint)));
        Assert.InRange(watch.Elapsed - listening, TimeSpan.Zero, 5 * ReadyToAnswer);
        Assert.Equal((1, 0), (world.Cold.Hooks.Starts, world.Cold.Hooks.Stops));
        Assert.Equal(("PATCH", """{"spec":{"replicas":1}}"""), (world.Cold.Hooks.LastCall!.Method, world.Cold.Hooks.LastCall.BodyText));

        await world.Primary.RestartAsync();
        foreach (var router in world.Routers)
            await Eventually.IsTrueAsync(async () => (await router.Http.ChatAsync("back")).Endpoint == "primary", Patience);
        var stopped = await Eventually.IsTrueAsync(() => world.Cold.Hooks.Stops == 1, Patience);
        output.WriteLine($"It was stopped {stopped.TotalSeconds:0.0} s after the primary answered everywhere.");
        foreach (var router in world.Routers)
            await Eventually.IsTrueAsync(async () => (string?)(await StandbyWorld.SeenAsync(router))["standby"]!["phase"] == "Stopped", Patience);
        Assert.False(world.Cold.IsListening);
        foreach (var router in world.Routers)
            Assert.Equal("primary:200", (await router.Http.ChatAsync("after")).Path);
        Assert.Equal((1, 1), (world.Cold.Hooks.Starts, world.Cold.Hooks.Stops));
    }

    [Fact]
    public async Task StandbyStopped_RequestsAndExplanations_SayStandbyAndNothingIsAskedThere()
    {
        await using var world = await StandbyWorld.StartAsync(azurite, startDelay: TimeSpan.Zero);
        var router = await world.AddRouterAsync();
        await router.Http.ChatAsync("warm");

        Assert.Equal("Standby", await StandbyWorld.SkippedAsync(router));
        using var message = Chats.Message("explain");
        message.RequestUri = new Uri("/v1/explain", UriKind.Relative);
        using var explained = await router.Http.SendAsync(message);
        Assert.Contains("\"skipped\":\"Standby\"", await explained.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((0, 0), (world.Cold.Hooks.Starts, world.Cold.Counters.Probes));
    }

    [Fact]
    public async Task StartHookFails_IsAnIncidentIsCalledAgainAfterAPauseAndTheRequestIsAnswered()
    {
        await using var world = await StandbyWorld.StartAsync(azurite, startDelay: TimeSpan.Zero);
        var router = await world.AddRouterAsync(new Dictionary<string, string?> { ["Standby:Pause"] = "00:00:03" });
        await router.Http.ChatAsync("warm");
        world.Cold.Hooks.FailNext(times: int.MaxValue, status: 503);
        await world.Primary.StopAsync();
        var chat = router.Http.ChatAsync("waits");
        await Eventually.IsTrueAsync(
            async () => (string?)(await StandbyWorld.SeenAsync(router))["standby"]!["lastError"] == "the start hook failed: 503", Patience);
        await Eventually.IsTrueAsync(
            async () => await ReportAsync(router) is ({ Count: 1 }, var seen, _) && (double)seen["downSeconds"]! > 0, Patience);
        var (open, model, _) = await ReportAsync(router);
        output.WriteLine($"While it could not be started: {open[0]!.ToJsonString()}; {model.ToJsonString()}");
        Assert.Equal(("m@cold", "the start hook failed: 503", null), ((string?)open[0]!["deployment"], (string?)open[0]!["cause"], open[0]!["endedAt"]));
        Assert.InRange((double)model["availability"]!, 0, 0.999999);

        world.Cold.Hooks.FailNext(times: 0, status: 503);
        var reply = await chat;
        Assert.Equal((200, "cold"), (reply.Status, reply.Endpoint));
        Assert.InRange(world.Cold.Hooks.Starts, 2, 10);
        Assert.Null((await StandbyWorld.SeenAsync(router))["standby"]!["lastError"]);
        await Eventually.IsTrueAsync(async () => (await ReportAsync(router)).Failed.Single()!["endedAt"] is not null, Patience);
        var cold = (await ReportAsync(router)).Cold;
        Assert.True((double)cold["downSeconds"]! > 0);
        Assert.Equal(1, (int)cold["incidents"]!);
    }

    [Fact]
    public async Task NotReadyInTime_IsOneIncidentOverTwoRoutersAndTheModelIsDownUntilItIsReady()
    {
        await using var world = await StandbyWorld.StartAsync(azurite, startDelay: Never);
        world.Model["whenUnavailable"] = "reject";
        world.Standby["readyWithin"] = "00:00:02";
        var settings = new Dictionary<string, string?> { ["Standby:Pause"] = "00:00:02", ["Availability:WriteInterval"] = "00:00:01" };
        foreach (var router in (RouterInstance[])[await world.AddRouterAsync(settings), await world.AddRouterAsync(settings)])
            await router.Http.ChatAsync("warm");
        await Eventually.IsTrueAsync(async () => (double)(await ReportAsync(world.Router)).Cold["standbySeconds"]! > 0, Patience);
        Assert.Equal(0, (double)(await ReportAsync(world.Router)).Cold["downSeconds"]!);

        await world.Primary.StopAsync();
        await ChatUntilAsync(async () => world.Cold.Hooks.Starts >= 2 && (double)(await ReportAsync(world.Router)).Model["downSeconds"]! > 2);
        foreach (var router in world.Routers)
        {
            await ChatUntilAsync(async () => (await ReportAsync(router)).Failed.Count == 1);
            var incident = (await ReportAsync(router)).Failed[0]!;
            Assert.StartsWith("it was not ready within 00:00:02; its last answer was: ", (string?)incident["cause"], StringComparison.Ordinal);
            Assert.Null(incident["endedAt"]);
        }

        await world.Cold.RestartAsync();
        await Eventually.IsTrueAsync(async () => (await world.Router.Http.ChatAsync("later")).Endpoint == "cold", Patience);
        await ChatUntilAsync(async () => (await ReportAsync(world.Router)).Failed.Single()!["endedAt"] is not null);
        var (_, model, cold) = await ReportAsync(world.Router);
        output.WriteLine($"After it was ready: {model.ToJsonString()}; {cold.ToJsonString()}");
        Assert.InRange((double)model["availability"]!, 0, 0.999999);
        Assert.True((double)cold["downSeconds"]! > 2);
        Assert.Equal((1, 1), ((int)cold["incidents"]!, (int)model["incidents"]!));

        async Task ChatUntilAsync(Func<Task<bool>> condition) => await Eventually.IsTrueAsync(
            async () =>
            {
                foreach (var router in world.Routers)
                    await router.Http.ChatAsync("again");
                return await condition();
            },
            Patience);
    }

    [Fact]
    public async Task WhileItStarts_ModelThatRejects_Gets503AndLaterAnswers()
    {
        await using var world = await StandbyWorld.StartAsync(azurite, startDelay: Never);
        world.Model["whenUnavailable"] = "reject";
        var router = await world.AddRouterAsync();
        await world.Primary.StopAsync();
        await Eventually.IsTrueAsync(async () =>
        {
            var reply = await router.Http.ChatAsync("rejected");
            Assert.Equal(503, reply.Status);
            Assert.True(reply.Headers.ContainsKey("Retry-After"));
            return world.Cold.Hooks.Starts == 1;
        }, Patience);

        await world.Cold.RestartAsync();
        await Eventually.IsTrueAsync(async () => (await router.Http.ChatAsync("later")).Endpoint == "cold", Patience);
        Assert.Equal(1, world.Cold.Hooks.Starts);
    }

    [Fact]
    public async Task WhileItStarts_ModelThatQueues_Gives202AndTheStandbyAnswersTheReplay()
    {
        await using var world = await StandbyWorld.StartAsync(azurite, startDelay: TimeSpan.FromSeconds(4));
        QueueWorld.Queue(world.Catalog);
        var router = await world.AddRouterAsync(QueueWorld.Settings());
        await world.Primary.StopAsync();
        var reply = await router.Http.ChatAsync("queued");
        Assert.Equal(202, reply.Status);

        var place = reply.Headers["Location"];
        await router.Http.UntilAsync(place, "succeeded");
        Assert.Equal(200, (await router.Http.AnswerAsync(place)).Status);
        Assert.Equal(1, world.Cold.Counters.Total.Completed);
        Assert.Equal(1, world.Cold.Hooks.Starts);
    }

    [Fact]
    public async Task RouterKilledWhileItStartsTheStandby_AnotherGoesOnWithoutASecondCall()
    {
        await using var world = await StandbyWorld.StartAsync(azurite, startDelay: Never);
        var settings = new Dictionary<string, string?> { ["Standby:HookLimit"] = "00:00:02" };
        await using var killed = await world.StartProcessAsync(settings);
        await world.Primary.StopAsync();
        var lost = killed.Http.ChatAsync("lost");
        await Eventually.IsTrueAsync(() => world.Cold.Hooks.Starts == 1, Patience);
        // The call is written down right after it; the start of another router takes longer than that.
        var other = await world.AddRouterAsync(settings);
        await Eventually.IsTrueAsync(async () => (await StandbyWorld.SeenAsync(other))["standby"]!["startedAt"] is not null, Patience);
        await killed.KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => lost);
        await world.Cold.RestartAsync();

        var watch = Stopwatch.StartNew();
        var reply = await other.Http.ChatAsync("answered");
        output.WriteLine($"Answered by the standby {watch.Elapsed.TotalSeconds:0.0} s after the router that started it was killed.");
        Assert.Equal((200, "cold"), (reply.Status, reply.Endpoint));
        Assert.Equal(1, world.Cold.Hooks.Starts);
    }

    /// <summary>The incidents of starts that failed, and the lines of the model and of the standby's deployment.</summary>
    private static async Task<(IReadOnlyList<JsonNode?> Failed, JsonNode Model, JsonNode Cold)> ReportAsync(RouterInstance router)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/manage/availability") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var response = await router.Http.SendAsync(message);
        response.EnsureSuccessStatusCode();
        var report = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return (
            [.. report["incidents"]!.AsArray().Where(one => (string?)one!["kind"] == "StandbyFailed")],
            report["models"]!.AsArray().Single()!,
            report["deployments"]!.AsArray().Single(one => (string?)one!["deployment"] == "m@cold")!);
    }
}
