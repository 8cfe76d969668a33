using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>The caller leaves before anything was sent to it: the endpoint sees that, and it is nobody's failure.</summary>
public sealed class CallerLeavesTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // More often than the failures that would open a circuit.
    private const int Callers = 6;

    [Theory]
    [InlineData(FaultKind.Hang, false)]
    [InlineData(FaultKind.Hang, true)]
    [InlineData(FaultKind.SlowFirstToken, false)]
    [InlineData(FaultKind.SlowFirstToken, true)]
    [InlineData(FaultKind.Stall, false)]
    [InlineData(FaultKind.Stall, true)]
    public async Task Chat_CallersLeaveBeforeTheFirstContent_TheEndpointSeesItAndHealthIsUnchanged(FaultKind kind, bool stream)
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1]);
        var endpoint = world.Endpoints[0];
        endpoint.Faults.Add(new() { Kind = kind, Delay = kind == FaultKind.SlowFirstToken ? TimeSpan.FromMinutes(2) : null });
        await LeaveAsync(world, stream);
        await Eventually.IsTrueAsync(() => endpoint.Counters.Total.Aborted == Callers && endpoint.Counters.Total.InFlight == 0, Patience);

        endpoint.Faults.Clear();
        Assert.Null(await world.SkippedAsync(0));
        Assert.Equal("e0:200", (await world.Router.Http.ChatAsync("still the first")).Path);
        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_CallersLeaveDuringThePauseBeforeTheSecondAttempt_NobodyElseIsAsked(bool stream)
    {
        var pause = new Dictionary<string, string?> { ["Forwarding:SecondAttemptAfter"] = "00:01:00", ["Forwarding:SecondAttemptWithin"] = "00:01:00", ["Health:ConsecutiveFailures"] = "100", ["Health:MinimumResults"] = "100" };
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1], settings: pause);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Status, Status = 500 });
        await LeaveAsync(world, stream);
        Assert.Equal("e0:200", await AnswerAfterwardsAsync(world));
        Assert.Equal((Callers + 1, 0), (world.Endpoints[0].Counters.Total.Requests, world.Endpoints[1].Counters.Total.Requests));
    }

    private static async Task<string> AnswerAfterwardsAsync(RouterWorld world)
    {
        world.Endpoints[0].Faults.Clear();
        return (await world.Router.Http.ChatAsync("afterwards")).Path;
    }

    private static async Task LeaveAsync(RouterWorld world, bool stream)
    {
        using var leaving = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Callers).Select(i => AskAsync(world, $"caller {i}", stream, leaving.Token)).ToList();
        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total.Requests == Callers, Patience);
        await leaving.CancelAsync();
        foreach (var caller in callers)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller);
    }

    private static async Task AskAsync(RouterWorld world, string prompt, bool stream, CancellationToken cancellationToken)
    {
        using var message = Chats.Message(prompt, stream);
        using var response = await world.Router.Http.SendAsync(message, cancellationToken);
    }
}
