using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>The prober and an endpoint that need not be running.</summary>
public sealed class StandbyProbingTests
{
    private readonly StandbyWorld _world = new();
    private readonly FakeEndpointProbe _probe = new();
    private readonly EndpointProber _prober;

    public StandbyProbingTests()
    {
        var bench = _world.First.Bench;
        _probe.Completion = new HealthSignal.Failure(FailureKind.Connection);
        _prober = new(
            bench.Registry, _probe, new(_world.Table, _world.Time, bench.Options), _world.Ledger, _world.Table, _world.Time, bench.Probing, NullLogger<EndpointProber>.Instance);
        _probe.Ask = (endpoint, _) => Task.FromResult(
            endpoint.Name == StandbyWorld.Cold ? new HealthSignal.Failure(FailureKind.Connection) : FakeEndpointProbe.Green);
    }

    [Fact]
    public async Task RunOnce_StandbyStopped_IsNotAskedAndItsCircuitStaysClosed()
    {
        for (var i = 0; i < 120; i++)
            await TickAsync();

        Assert.DoesNotContain(StandbyWorld.Cold, _probe.Asked);
        Assert.Contains("east", _probe.Asked);
        Assert.Null(_world.First.State().ToRow().OpenUntil);
    }

    [Fact]
    public async Task RunOnce_StandbyStoppedWithAnOldOpenCircuit_GetsNoTrial()
    {
        _world.Break("gpt@cold");
        for (var i = 0; i < 30; i++)
            await TickAsync();

        Assert.Empty(_probe.Completed);
    }

    [Fact]
    public async Task RunOnce_StandbyReady_IsAskedAsAnyOther()
    {
        SetPhase(StandbyPhase.Ready);
        for (var i = 0; i < 60; i++)
            await TickAsync();

        Assert.Equal(4, _probe.Asked.Count(name => name == StandbyWorld.Cold));
        Assert.NotNull(_world.First.State().ToRow().OpenUntil);
    }

    [Fact]
    public async Task RunOnce_StoppedWhileAProbeIsUnderWay_ItsFailureDoesNotCount()
    {
        SetPhase(StandbyPhase.Ready);
        for (var i = 0; i < 3; i++)
        {
            var answer = new TaskCompletionSource<HealthSignal>();
            _probe.Ask = (endpoint, _) => endpoint.Name == StandbyWorld.Cold ? answer.Task : Task.FromResult(FakeEndpointProbe.Green);
            var run = _prober.RunOnceAsync(CancellationToken.None);
            SetPhase(StandbyPhase.Stopping);
            answer.SetResult(new HealthSignal.Failure(FailureKind.Connection));
            await run;
            SetPhase(StandbyPhase.Ready);
            _world.Time.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal(3, _probe.Asked.Count(name => name == StandbyWorld.Cold));
        Assert.Null(_world.First.State().ToRow().OpenUntil);
    }

    private async Task TickAsync()
    {
        await _prober.RunOnceAsync(CancellationToken.None);
        _world.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private void SetPhase(StandbyPhase phase)
    {
        var standby = _world.First.State().Endpoint.Standby;
        standby.Set(standby.Row with { Phase = phase });
    }
}
