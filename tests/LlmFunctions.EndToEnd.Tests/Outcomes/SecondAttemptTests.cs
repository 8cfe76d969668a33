using LlmFunctions.Simulator;
using LlmFunctions.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>The quick second attempt at a lone deployment; the router's clock is the test's.</summary>
public sealed class SecondAttemptTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Chat_FailureThatMayBePassing_IsRepeatedAfterATenthToThreeTenthsOfASecond()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1], time: _time);
        var endpoint = world.Endpoints[0];
        endpoint.Faults.Add(new() { Kind = FaultKind.Status, Status = 500, Times = 1 });
        var asking = world.Router.Http.ChatAsync("again");
        await Eventually.IsTrueAsync(() => endpoint.Counters.Total.Requests == 1 && endpoint.Counters.Total.InFlight == 0, Patience);
        _time.Advance(TimeSpan.FromMilliseconds(99));
        await world.SkippedAsync(0);
        Assert.Equal(1, endpoint.Counters.Total.Requests);

        // Repeated, since the router may not have begun to wait when the clock was moved.
        await MoveUntilAsync(() => endpoint.Counters.Total.Requests == 2, TimeSpan.FromMilliseconds(201));
        Assert.Equal("e0:500, e0:200", (await asking).Path);
    }

    [Fact]
    public async Task Chat_CircuitOpensDuringThePause_TheSecondAttemptIsNotMade()
    {
        var settings = new Dictionary<string, string?> { ["Health:Break"] = "01:00:00", ["Health:LongestBreak"] = "01:00:00" };
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1], settings: settings, time: _time);
        var endpoint = world.Endpoints[0];
        endpoint.Faults.Add(new() { Kind = FaultKind.Status, Status = 500 });
        var asking = Enumerable.Range(0, 3).Select(i => world.Router.Http.ChatAsync($"caller {i}")).ToList();
        await Eventually.IsTrueAsync(async () => await world.SkippedAsync(0) == "CircuitOpen", Patience);
        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);

        await MoveUntilAsync(() => asking.All(reply => reply.IsCompleted), TimeSpan.FromMilliseconds(10));
        Assert.All(await Task.WhenAll(asking), reply => Assert.Equal("e0:500, e1:200", reply.Path));
        Assert.Equal(3, endpoint.Counters.Total.Requests);
    }

    private async Task MoveUntilAsync(Func<bool> condition, TimeSpan step) => await Eventually.IsTrueAsync(
        () =>
        {
            _time.Advance(step);
            return condition();
        },
        Patience);
}
