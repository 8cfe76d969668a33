using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>Endpoints that ask to be left alone: for how long, who is asked meanwhile, and when they are asked again.</summary>
public sealed class ThrottleTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly int[] TwoTiers = [0, 1];

    // What is no time is none: then it is the router's own 5 s.
    [Theory]
    [InlineData("Retry-After", "86400", 600)]
    [InlineData("Retry-After", "60", 60)]
    [InlineData("Retry-After", "6m0s", 360)]
    [InlineData("Retry-After", "abc", 5)]
    [InlineData("Retry-After", "-1", 5)]
    [InlineData("Retry-After", "", 5)]
    [InlineData("retry-after-ms", "45000", 45)]
    [InlineData("retry-after-ms", "-1", 5)]
    [InlineData("x-ms-retry-after-ms", "45000", 45)]
    [InlineData("x-ratelimit-reset-tokens", "6m0s", 360)]
    [InlineData("x-ratelimit-reset-tokens", "abc", 5)]
    [InlineData("anthropic-ratelimit-tokens-reset", "2020-01-01T00:00:00Z", 5)]
    public async Task Chat_429InAnyNotation_LeavesTheDeploymentAloneForThatLong(string name, string value, double seconds)
    {
        await using var endpoint = new RawEndpoint(_ => Task.FromResult(RawEndpoint.TooManyRequests(
            (name, value), ("x-ratelimit-remaining-tokens", "0"), ("anthropic-ratelimit-tokens-remaining", "0"))));
        await using var world = await RouterWorld.StartAsync(azurite, TwoTiers, At(endpoint));
        var before = TimeProvider.System.GetUtcNow();
        Assert.Equal("e0:429, e1:200", (await world.Router.Http.ChatAsync("notation")).Path);
        var until = await UntilAsync(world);
        Assert.InRange(until, before.AddSeconds(seconds), TimeProvider.System.GetUtcNow().AddSeconds(seconds));
        Assert.Equal("e1:200", (await world.Router.Http.ChatAsync("meanwhile")).Path);
        Assert.Equal(1, endpoint.Requests);
    }

    [Theory]
    [InlineData("r")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss'Z'")]
    public async Task Chat_429WithADate_LeavesTheDeploymentAloneUntilThen(string format)
    {
        var date = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 120);
        await using var endpoint = new RawEndpoint(_ => Task.FromResult(RawEndpoint.TooManyRequests(("Retry-After", date.ToString(format, CultureInfo.InvariantCulture)))));
        await using var world = await RouterWorld.StartAsync(azurite, TwoTiers, At(endpoint));
        await world.Router.Http.ChatAsync("date");
        Assert.InRange(await UntilAsync(world), date.AddMilliseconds(-1), date.AddMilliseconds(1));
    }

    [Fact]
    public async Task Chat_SecondThrottleThatProposesLess_ChangesNothing()
    {
        var second = new TaskCompletionSource();
        await using var endpoint = new RawEndpoint(async number =>
        {
            if (number == 2)
                await second.Task;
            return RawEndpoint.TooManyRequests(("Retry-After", number == 1 ? "60" : "1"));
        });
        await using var world = await RouterWorld.StartAsync(azurite, TwoTiers, At(endpoint));
        var replies = new[] { world.Router.Http.ChatAsync("one"), world.Router.Http.ChatAsync("other") };
        await Eventually.IsTrueAsync(() => endpoint.Requests == 2, TimeSpan.FromSeconds(30));
        await Task.WhenAny(replies);
        var until = await UntilAsync(world);

        second.SetResult();
        Assert.All(await Task.WhenAll(replies), reply => Assert.Equal("e0:429, e1:200", reply.Path));
        Assert.Equal(until, await UntilAsync(world));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_ShortThrottleOfALoneDeployment_IsWaitedOutOnce(bool stream)
    {
        await using var world = await RouterWorld.StartAsync(azurite, TwoTiers);
        Throttle(world, 0, 800, times: 1);
        var (reply, took) = await TimedAsync(world.Router.Http.ChatAsync("short", stream));
        output.WriteLine($"answered after {took.TotalSeconds:0.00} s (promised 0.85)");
        Assert.Equal((200, "e0:429, e0:200"), (reply.Status, reply.Path));
        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);
        Assert.InRange(took.TotalSeconds, 0.8, 5 * 0.85);
    }

    [Fact]
    public async Task Chat_ThrottledAgainAfterTheWait_GoesOnToTheNextTier()
    {
        await using var world = await RouterWorld.StartAsync(azurite, TwoTiers);
        Throttle(world, 0, 300);
        Assert.Equal("e0:429, e0:429, e1:200", (await world.Router.Http.ChatAsync("again")).Path);
    }

    [Fact]
    public async Task Chat_LongThrottle_GoesOnAtOnce()
    {
        await using var world = await RouterWorld.StartAsync(azurite, TwoTiers);
        Throttle(world, 0, 60_000, times: 1);
        Assert.Equal("e0:429, e1:200", (await world.Router.Http.ChatAsync("long")).Path);
    }

    [Fact]
    public async Task Chat_ShortThrottleButASiblingInTheTier_AsksTheSibling()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 0, 1], RoundRobin);
        Throttle(world, 0, 2000, times: 1);
        Assert.Equal("e0:429, e1:200", (await world.Router.Http.ChatAsync("sibling")).Path);
    }

    [Fact]
    public async Task Chat_ShortThrottleThatDoesNotFitTheDeadline_GoesOnAtOnce()
    {
        await using var world = await RouterWorld.StartAsync(azurite, TwoTiers);
        Throttle(world, 0, 2400, times: 1);
        Assert.Equal("e0:429, e1:200", (await world.Router.Http.ChatAsync("hurry", headers: ("x-llm-timeout", "2.3"))).Path);
    }

    [Fact]
    public async Task Chat_NothingAvailableButAReturnIsNear_WaitsForItThoughTheModelRejects()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0]);
        Throttle(world, 0, 2400, times: 1);
        var first = await world.Router.Http.ChatAsync("no time", headers: ("x-llm-timeout", "2.3"));
        Assert.Equal((503, "e0:429"), (first.Status, first.Path));
        var (second, took) = await TimedAsync(world.Router.Http.ChatAsync("time enough"));
        output.WriteLine($"answered after {took.TotalSeconds:0.00} s");
        Assert.Equal((200, "e0:200"), (second.Status, second.Path));
    }

    [Fact]
    public async Task Chat_NothingAvailableForLong_IsRejectedAtOnce()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0]);
        Throttle(world, 0, 60_000);
        await world.Router.Http.ChatAsync("first");
        var reply = await world.Router.Http.ChatAsync("second");
        Assert.Equal((503, "0"), (reply.Status, reply.Headers["x-llm-attempts"]));
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Requests);
    }

    [Fact]
    public async Task Chat_CallerLeavesDuringTheWait_IsNotSentAgain()
    {
        // Long enough that a slow machine sees the throttle while it lasts.
        await using var world = await RouterWorld.StartAsync(azurite, [0], settings: new Dictionary<string, string?> { ["Forwarding:ShortWait"] = "00:00:06" });
        Throttle(world, 0, 5000, times: 1);
        using var leaving = new CancellationTokenSource();
        var left = SendAsync(world, leaving.Token);
        await Eventually.IsTrueAsync(async () => await world.SkippedAsync(0) == "Throttled", TimeSpan.FromSeconds(30));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        Assert.Equal("e0:200", (await world.Router.Http.ChatAsync("stayed")).Path);
        Assert.Equal("e0:200", (await world.Router.Http.ChatAsync("stayed too")).Path);
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Received["left"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_RemaindersThatDoNotHoldTheNextRequest_ShiftItToTheSibling(bool stream)
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 0, 1], RoundRobin);
        Remain(world, 0, "100", "10m0s");
        Assert.Equal("e0:200", (await world.Router.Http.ChatAsync("tells", stream)).Path);

        var large = new string('x', 1000);
        for (var i = 0; i < 6; i++)
            Assert.Equal("e1:200", (await world.Router.Http.ChatAsync(large, stream)).Path);
        var small = new HashSet<string>();
        for (var i = 0; i < 6; i++)
            small.Add((await world.Router.Http.ChatAsync("small", stream)).Path);
        Assert.Equal(["e0:200", "e1:200"], small.Order());
        Assert.Null(await world.SkippedAsync(0));

        var candidates = (await ExplainAsync(world, large))["candidates"]!.AsArray();
        Assert.Equal(["m@e1", "m@e0", "m@e2"], candidates.Select(c => (string)c!["deployment"]!));
        Assert.Equal([false, true, false], candidates.Select(c => c!["shortUntil"] is not null));

        Throttle(world, 1, 60_000);
        Assert.Equal("e1:429, e0:200", (await world.Router.Http.ChatAsync(large, stream)).Path);
    }

    [Fact]
    public async Task Chat_RemaindersReset_TheDeploymentGetsItsShareAgain()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 0], RoundRobin);
        Remain(world, 0, "0", "1s");
        await world.Router.Http.ChatAsync("tells");
        world.Endpoints[0].Faults.Clear();
        await Eventually.IsTrueAsync(async () => (await world.Router.Http.ChatAsync("later")).Path == "e0:200", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Chat_ProvisionedIsFull_SpillsOverAndComesBack()
    {
        await using var world = await RouterWorld.StartAsync(azurite, TwoTiers);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Throttle, For = TimeSpan.FromSeconds(4), Headers = Header("retry-after-ms", "3000") });
        Assert.Equal("e0:429, e1:200", (await world.Router.Http.ChatAsync("spills")).Path);
        var paths = new List<string>();
        await Eventually.IsTrueAsync(
            async () =>
            {
                paths.Add((await world.Router.Http.ChatAsync("steady")).Path);
                return paths[^1] == "e0:200";
            },
            TimeSpan.FromSeconds(60));
        output.WriteLine($"{paths.Count} requests: {string.Join("; ", paths.Distinct())}");
        Assert.All(paths.SkipLast(1), path => Assert.Contains(path, (string[])["e1:200", "e0:429, e1:200"]));
        Assert.InRange(world.Endpoints[0].Counters.Total.Requests, 2, 4);
        Assert.Equal("e0:200", (await world.Router.Http.ChatAsync("back")).Path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_CallersDeadlineOf200MsAtAnEndpointOf2S_LeavesItsHealthUnchanged(bool stream)
    {
        await using var world = await RouterWorld.StartAsync(azurite, TwoTiers);
        await world.Router.Http.ChatAsync("warm", stream);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.SlowFirstToken, Delay = TimeSpan.FromSeconds(2) });
        var before = await HealthAsync(world);
        var cancelled = 0;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var reply = await world.Router.Http.ChatAsync("hurry", stream, ("x-llm-timeout", "0.2"));
                Assert.Equal(504, reply.Status);
                // On a busy machine the deadline may pass before the attempt.
                cancelled += reply.Path == "e0:cancelled" ? 1 : 0;
                return cancelled == 6;
            },
            TimeSpan.FromSeconds(60));

        Assert.Equal(before, await HealthAsync(world));
        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);
    }

    private static async Task SendAsync(RouterWorld world, CancellationToken cancellationToken)
    {
        using var message = Chats.Message("left");
        using var response = await world.Router.Http.SendAsync(message, cancellationToken);
    }

    private static async Task<(ChatReply Reply, TimeSpan Took)> TimedAsync(Task<ChatReply> chat)
    {
        var watch = Stopwatch.StartNew();
        return (await chat, watch.Elapsed);
    }

    private static async Task<DateTimeOffset> UntilAsync(RouterWorld world)
    {
        var deployment = await world.DeploymentAsync(0);
        Assert.Equal("Throttled", (string?)deployment["skipped"]);
        return (DateTimeOffset)deployment["until"]!;
    }

    // The latency fades with time; nothing else may move.
    private static async Task<string> HealthAsync(RouterWorld world)
    {
        var deployment = (await world.DeploymentAsync(0)).AsObject();
        deployment.Remove("latencySeconds");
        return deployment.ToJsonString();
    }

    private static async Task<JsonNode> ExplainAsync(RouterWorld world, string prompt)
    {
        using var content = new StringContent(Chats.Body(prompt).ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync("/v1/explain", content);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private static Action<JsonObject> At(RawEndpoint endpoint) => catalog => catalog["endpoints"]!["e0"]!["address"] = endpoint.Address;

    private static void RoundRobin(JsonObject catalog) => catalog["models"]!["m"]!["policy"] = "round-robin";

    private static void Throttle(RouterWorld world, int endpoint, int milliseconds, int? times = null) => world.Endpoints[endpoint].Faults.Add(
        new() { Kind = FaultKind.Throttle, Times = times, Headers = Header("retry-after-ms", milliseconds.ToString(CultureInfo.InvariantCulture)) });

    // A sound answer with headers of its own.
    private static void Remain(RouterWorld world, int endpoint, string tokens, string reset) => world.Endpoints[endpoint].Faults.Add(new()
    {
        Kind = FaultKind.SlowFirstToken,
        Delay = TimeSpan.Zero,
        Headers = new Dictionary<string, string> { ["x-ratelimit-remaining-tokens"] = tokens, ["x-ratelimit-reset-tokens"] = reset },
    });

    private static Dictionary<string, string> Header(string name, string value) => new() { [name] = value };
}
