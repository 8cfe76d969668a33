using LlmFunctions.Simulator;
using LlmFunctions.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>How a deployment returns to service: the routers' clocks are moved by the test, sockets and storage are real.</summary>
public sealed class ReturnTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly int[] Tiers = [0, 1];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // So that routers read what they share without time passing that counts.
    private static readonly Dictionary<string, string?> Settings = new() { ["Health:RefreshInterval"] = "00:00:00.001" };

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PrimaryDownAMinute_SerialTraffic_IsServedWithFewTrialsAndBroughtBackByItself(bool stream)
    {
        var (gap, recovery, start) = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(60), _time.GetUtcNow());
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, time: _time);
        await world.Endpoints[0].StopAsync();
        var (trials, others, back) = (0, 0, TimeSpan.MaxValue);
        for (var i = 0; i < 20; i++)
        {
            var at = _time.GetUtcNow() - start;
            if (at == recovery)
                await world.Endpoints[0].RestartAsync();
            var isOpen = (await world.CircuitAsync(0))["openUntil"] is not null;
            var reply = await world.Router.Http.ChatAsync($"request {i}", stream);
            Assert.Equal(200, reply.Status);
            Assert.NotEqual("", reply.Text);
            var asksPrimary = reply.Path.StartsWith("e0:", StringComparison.Ordinal);
            trials += asksPrimary && isOpen ? 1 : 0;
            others += asksPrimary && !isOpen && at < recovery ? 1 : 0;
            back = back == TimeSpan.MaxValue && reply.Path == "e0:200" ? at - recovery : back;
            Assert.True(back == TimeSpan.MaxValue || reply.Path == "e0:200", $"The primary was back, but request {i} went {reply.Path}.");
            _time.Advance(gap);
        }

        output.WriteLine($"20 served, {trials} trials, {others} other attempts while it was down, back {back.TotalSeconds:0} s after its recovery");
        Assert.InRange(trials, 1, 8);
        Assert.InRange(others, 1, 4);
        Assert.InRange(back, TimeSpan.Zero, TimeSpan.FromSeconds(16));
    }

    [Fact]
    public async Task BreakEndsUnderFiftyRequestsOnThreeRouters_TrialSucceeds_IsTheOnlyOneAndTheNumberInFlightRamps()
    {
        var endpointTime = new FakeTimeProvider();
        await using var world = await BreakAsync(endpoint => new() { TimeProvider = endpoint == 0 ? endpointTime : TimeProvider.System });
        var primary = world.Endpoints[0];
        await primary.RestartAsync();
        // From here on the primary answers only when its clock is moved.
        primary.Settings.FirstTokenDelay = TimeSpan.FromSeconds(1);

        var first = await AskAllAsync(world, atPrimary: 1);
        Assert.Equal(1, primary.Counters.Total.Requests);
        endpointTime.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await Task.WhenAll(first)).Count(reply => reply.Path == "e0:200"));
        await UntilAllAsync(world, skipped: null);

        // The ramp is each router's own: 1, 2, 4, 8 in flight from each of the three.
        var waiting = new List<Task<ChatReply>>();
        foreach (var allowed in (int[])[1, 2, 4, 8])
        {
            waiting.AddRange(await AskAllAsync(world, atPrimary: 3 * allowed));
            output.WriteLine($"{primary.Counters.Total.InFlight} in flight at {allowed} per router");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        endpointTime.Advance(TimeSpan.FromSeconds(1));
        Assert.All(await Task.WhenAll(waiting), reply => Assert.Equal(200, reply.Status));
    }

    [Fact]
    public async Task BreakEndsUnderFiftyRequestsOnThreeRouters_TrialFails_IsTheOnlyOneAndTheBreakDoubles()
    {
        await using var world = await BreakAsync();
        var replies = await Task.WhenAll(Ask(world));
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.Equal("e0:refused, e1:200", Assert.Single(replies, reply => reply.Path != "e1:200").Path);
        await UntilAllAsync(world, "CircuitOpen");
        for (var router = 0; router < world.Routers.Count; router++)
        {
            var row = await world.CircuitAsync(0, router);
            Assert.Equal(2, row["breaks"]!.GetValue<int>());
            Assert.InRange(OpenUntil(row) - _time.GetUtcNow(), TimeSpan.FromSeconds(8.5), TimeSpan.FromSeconds(11));
        }
    }

    /// <summary>Asks, and waits until all but those that the primary keeps are answered.</summary>
    private static async Task<List<Task<ChatReply>>> AskAllAsync(RouterWorld world, int atPrimary)
    {
        var before = (int)world.Endpoints[0].Counters.Total.InFlight;
        var asked = Ask(world);
        await Eventually.IsTrueAsync(() => asked.Count(task => task.IsCompleted) == asked.Count - (atPrimary - before), Patience);
        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total.InFlight == atPrimary, Patience);
        return asked;
    }

    private static List<Task<ChatReply>> Ask(RouterWorld world) =>
        [.. Enumerable.Range(0, 50).Select(i => world.Routers[i % world.Routers.Count].Http.ChatAsync($"request {i}"))];

    private static DateTimeOffset OpenUntil(System.Text.Json.Nodes.JsonNode row) => row["openUntil"]!.GetValue<DateTimeOffset>();

    /// <summary>Three routers that know of a primary that is down, at the very end of its break.</summary>
    private async Task<RouterWorld> BreakAsync(Func<int, SimulatorOptions>? options = null)
    {
        var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings, options: options, time: _time);
        await world.AddRouterAsync(Tiers, settings: Settings, time: _time);
        await world.AddRouterAsync(Tiers, settings: Settings, time: _time);
        await world.Endpoints[0].StopAsync();
        for (var i = 0; i < 3; i++)
            Assert.Equal("e0:refused, e1:200", (await world.Router.Http.ChatAsync("break")).Path);
        await UntilAllAsync(world, "CircuitOpen");
        _time.Advance(OpenUntil(await world.CircuitAsync(0)) - _time.GetUtcNow());
        return world;
    }

    /// <summary>Waits until every router knows.</summary>
    private async Task UntilAllAsync(RouterWorld world, string? skipped)
    {
        for (var router = 0; router < world.Routers.Count; router++)
        {
            await Eventually.IsTrueAsync(
                async () =>
                {
                    _time.Advance(TimeSpan.FromMilliseconds(1));
                    return await world.SkippedAsync(0, router) == skipped;
                },
                Patience);
        }
    }
}
