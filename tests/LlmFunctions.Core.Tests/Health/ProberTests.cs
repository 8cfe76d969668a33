using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Tests.Health;

public sealed class ProberTests
{
    private readonly HealthBench _bench = new();
    private readonly FakeEndpointProbe _probe = new();
    private readonly FakeProbeLedger _ledger = new();
    private readonly ListLogger<EndpointProber> _log = new();
    private readonly EndpointProber _prober;

    public ProberTests() => _prober = Prober(_bench, _probe);

    [Fact]
    public async Task RunOnce_TicksForAMinute_AsksAtTheInterval()
    {
        _bench.Apply(HealthBench.Config("a@east"), HealthBench.Config("b@east"));
        await TickAsync(seconds: 60);
        Assert.Equal(["east", "east", "east", "east"], _probe.Asked);
    }

    [Fact]
    public async Task RunOnce_TwoInstances_OneAsks()
    {
        _bench.Apply(HealthBench.Config());
        var (other, otherProbe) = (new HealthBench(_bench.Time), new FakeEndpointProbe());
        other.Apply(HealthBench.Config());
        var second = Prober(other, otherProbe);
        for (var i = 0; i < 60; i++)
        {
            await _prober.RunOnceAsync(CancellationToken.None);
            await second.RunOnceAsync(CancellationToken.None);
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((4, 0), (_probe.Asked.Count, otherProbe.Asked.Count));
    }

    [Fact]
    public async Task RunOnce_LedgerDown_AsksAlone()
    {
        _bench.Apply(HealthBench.Config());
        _ledger.Down = true;
        await TickAsync(seconds: 16);
        Assert.Equal(2, _probe.Asked.Count);
    }

    [Fact]
    public async Task RunOnce_LiveTrafficConfirms_AsksNothing()
    {
        _bench.Apply(HealthBench.Config());
        for (var i = 0; i < 60; i++)
        {
            _bench.Succeed(_bench.Get());
            await TickAsync(seconds: 1);
        }

        Assert.Empty(_probe.Asked);
        await TickAsync(seconds: 23);
        Assert.Single(_probe.Asked);
    }

    [Fact]
    public async Task RunOnce_LiveTrafficElsewhere_KeepsTheLeaseFromIdleInstances()
    {
        _bench.Apply(HealthBench.Config());
        var busy = new HealthBench(_bench.Time);
        busy.Apply(HealthBench.Config());
        var busyProbe = new FakeEndpointProbe();
        var busyProber = Prober(busy, busyProbe);
        for (var i = 0; i < 120; i++)
        {
            busy.Succeed(busy.Get());
            await busyProber.RunOnceAsync(CancellationToken.None);
            await TickAsync(seconds: 1);
        }

        Assert.Empty(_probe.Asked);
        Assert.Empty(busyProbe.Asked);
    }

    [Theory]
    [InlineData(false, ProbeKind.Models)]
    [InlineData(true, ProbeKind.None)]
    public async Task RunOnce_ProbingOff_AsksNothingAndTriesNothing(bool enabled, ProbeKind kind)
    {
        var bench = new HealthBench(probing: enabled);
        bench.Apply(HealthBench.Config(probe: kind));
        bench.HalfOpen();
        await Prober(bench, _probe).RunOnceAsync(CancellationToken.None);
        Assert.Empty(_probe.Asked);
        Assert.Empty(_probe.Completed);
    }

    [Fact]
    public async Task RunOnce_ThreeFailures_OpenEveryDeploymentAndGreenClosesThem()
    {
        _bench.Apply(HealthBench.Config("a@east"), HealthBench.Config("b@east"));
        _probe.Ask = (_, _) => Task.FromResult<HealthSignal>(new HealthSignal.Failure(FailureKind.Status));
        _probe.Completion = HealthSignal.None.Instance;
        await TickAsync(seconds: 31);
        Assert.All(_bench.Registry.All, state => Assert.True(state.ToRow() is { OpenUntil: not null, OpenedByProbe: true }));
        _probe.Ask = (_, _) => Task.FromResult(FakeEndpointProbe.Green);
        await TickAsync(seconds: 15);
        Assert.All(_bench.Registry.All, state => Assert.Null(state.GetSkipReason(_bench.Now)));
    }

    [Fact]
    public async Task RunOnce_GreenProbe_NeverClosesWhatCompletionsOpened()
    {
        _bench.Apply(HealthBench.Config());
        _probe.Completion = HealthSignal.None.Instance;
        _bench.Opened();
        await TickAsync(seconds: 60);
        Assert.NotEmpty(_probe.Asked);
        Assert.Equal((1L, false), (_bench.Get().ToRow().Generation, _bench.Get().ToRow().OpenedByProbe));
        Assert.NotNull(_bench.Get().ToRow().OpenUntil);
    }

    [Fact]
    public async Task RunOnce_GreenProbeAfterSlowFailures_LetsALiveTrialThrough()
    {
        _bench.Apply(HealthBench.Config());
        _bench.HalfOpen(FailureKind.Timeout);
        _probe.Completion = new HealthSignal.Throttled(TimeSpan.FromSeconds(1));
        Assert.Equal(SkipKind.TrialPending, _bench.Get().GetSkipReason(_bench.Now)?.Kind);
        await TickAsync(seconds: 1);
        Assert.Null(_bench.Get().GetSkipReason(_bench.Now));
    }

    [Fact]
    public async Task RunOnce_LateProbe_ChangesNothing()
    {
        _bench.Apply(HealthBench.Config());
        var answer = new TaskCompletionSource<HealthSignal>();
        _probe.Ask = (_, _) => answer.Task;
        var tick = _prober.RunOnceAsync(CancellationToken.None);
        _bench.Opened(FailureKind.Timeout);
        answer.SetResult(FakeEndpointProbe.Green);
        await tick;
        Assert.Equal(SkipKind.TrialPending, _bench.Get().GetSkipReason(_bench.Now.AddSeconds(5))?.Kind);
    }

    [Fact]
    public async Task RunOnce_Misconfigured_TakesEveryDeploymentOut()
    {
        _bench.Apply(HealthBench.Config("a@east"), HealthBench.Config("b@east"));
        _probe.Ask = (_, _) => Task.FromResult<HealthSignal>(new HealthSignal.Misconfigured("401"));
        await _prober.RunOnceAsync(CancellationToken.None);
        Assert.All(_bench.Registry.All, state => Assert.Equal(SkipKind.Misconfigured, state.GetSkipReason(_bench.Now)?.Kind));
    }

    [Fact]
    public async Task RunOnce_HalfOpenAfterSlowFailures_TrialByCompletionCloses()
    {
        _bench.Apply(HealthBench.Config());
        _bench.Opened(FailureKind.Timeout);
        await TickAsync(seconds: 5);
        Assert.Empty(_probe.Completed);
        await TickAsync(seconds: 1);
        Assert.Equal(["gpt@east"], _probe.Completed);
        Assert.Null(_bench.Get().GetSkipReason(_bench.Now));
        Assert.Null(_bench.Get().Latency);
    }

    [Fact]
    public async Task RunOnce_TrialFails_OpensForLongerAndTriesAgainAfterIt()
    {
        _bench.Apply(HealthBench.Config());
        _bench.HalfOpen();
        _probe.Completion = new HealthSignal.Failure(FailureKind.Status);
        await _prober.RunOnceAsync(CancellationToken.None);
        Assert.Equal(_bench.Now.AddSeconds(10), _bench.Get().ToRow().OpenUntil);
        await TickAsync(seconds: 11);
        Assert.Equal(2, _probe.Completed.Count);
    }

    [Fact]
    public async Task RunOnce_BudgetSpent_LeavesTheTrialToLiveTraffic()
    {
        _bench.Probing.Value.DailyTokens = 24;
        _bench.Apply(HealthBench.Config());
        _probe.Ask = (_, _) => Task.FromResult<HealthSignal>(HealthSignal.None.Instance);
        _bench.HalfOpen(FailureKind.Timeout);
        await _prober.RunOnceAsync(CancellationToken.None);
        Assert.Empty(_probe.Completed);
        using var trial = _bench.Get().TryBegin(_bench.Now, HealthBench.Limit);
        Assert.True(trial!.IsTrial);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunOnce_Budget_HoldsForTheDayWithAndWithoutTheLedger(bool down)
    {
        _ledger.Down = down;
        _bench.Probing.Value.DailyTokens = 75;
        _bench.Apply(HealthBench.Config(probe: ProbeKind.Completion));
        await TickAsync(seconds: 120);
        Assert.Equal(3, _probe.Completed.Count);
        Assert.Empty(_probe.Asked);
        await TickAsync(seconds: 86_400 / 15, step: 15);
        Assert.Equal(6, _probe.Completed.Count);
    }

    [Fact]
    public async Task RunOnce_LedgerReturns_WhatWasSpentAloneCountsToo()
    {
        _bench.Probing.Value.DailyTokens = 100;
        _bench.Apply(HealthBench.Config(probe: ProbeKind.Completion));
        _ledger.Down = true;
        await TickAsync(seconds: 31);
        Assert.Equal(3, _probe.Completed.Count);
        _ledger.Down = false;
        await TickAsync(seconds: 15);
        Assert.Equal((4, 100), (_probe.Completed.Count, _ledger.Spent(_bench.Now)));
        await TickAsync(seconds: 60);
        Assert.Equal(4, _probe.Completed.Count);
    }

    [Fact]
    public async Task RunOnce_NewInstanceOfTheSameDay_HasTheRestOfTheBudget()
    {
        _bench.Probing.Value.DailyTokens = 50;
        _bench.Apply(HealthBench.Config(probe: ProbeKind.Completion));
        await _prober.RunOnceAsync(CancellationToken.None);
        _bench.Time.Advance(TimeSpan.FromSeconds(15));
        var (restarted, probe) = (new HealthBench(_bench.Time), new FakeEndpointProbe());
        restarted.Probing.Value.DailyTokens = 50;
        restarted.Apply(HealthBench.Config(probe: ProbeKind.Completion));
        var prober = Prober(restarted, probe);
        for (var i = 0; i < 5; i++)
        {
            await prober.RunOnceAsync(CancellationToken.None);
            _bench.Time.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal((1, 1), (_probe.Completed.Count, probe.Completed.Count));
    }

    [Theory]
    [InlineData(ProbeKind.Models)]
    [InlineData(ProbeKind.Completion)]
    public async Task RunOnce_CallersAnsweredByAnInstanceThatDoesNotProbe_AsksNothing(ProbeKind kind)
    {
        var config = HealthBench.Config(probe: kind);
        _bench.Apply(config);
        var busy = new HealthBench(_bench.Time, store: _bench.Store);
        busy.Apply(config);
        using var publisher = new SuccessPublisher(busy.Registry, busy.Store, busy.Time, busy.Chance);
        await TickAsync(seconds: 60, afterEach: async i =>
        {
            busy.Succeed(busy.Get());
            if (i % 10 == 0)
                await publisher.PublishAllAsync(CancellationToken.None);
        });
        // The first tick came before the first answer.
        Assert.Equal(1, _probe.Asked.Count + _probe.Completed.Count);
        await TickAsync(seconds: 30);
        Assert.NotEqual(1, _probe.Asked.Count + _probe.Completed.Count);
    }

    [Fact]
    public async Task RunOnce_ThreeInstancesFindTheBreakOver_OneAsks()
    {
        var benches = new[] { _bench, new(_bench.Time, store: _bench.Store), new HealthBench(_bench.Time, store: _bench.Store) };
        var probers = benches.Select(bench => Prober(bench, _probe)).ToList();
        foreach (var bench in benches)
        {
            bench.Apply(HealthBench.Config());
            bench.Opened(FailureKind.Timeout);
        }

        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        _probe.Completion = new HealthSignal.Failure(FailureKind.Timeout);
        foreach (var prober in probers)
            await prober.RunOnceAsync(CancellationToken.None);
        Assert.Single(_probe.Completed);
    }

    [Fact]
    public async Task RunOnce_HungProbe_HoldsUpNeitherTheTickNorTheOthersAndIsNotAskedTwice()
    {
        _bench.Apply(HealthBench.Config("a@hung"), HealthBench.Config("a@sound"));
        _probe.Ask = (endpoint, _) => endpoint.Name == "hung"
            ? new TaskCompletionSource<HealthSignal>().Task
            : Task.FromResult(FakeEndpointProbe.Green);
        for (var i = 0; i < 4; i++)
        {
            var tick = _prober.RunOnceAsync(CancellationToken.None);
            _bench.Time.Advance(TimeSpan.FromMilliseconds(800));
            await tick;
            _bench.Time.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.Equal(["hung", "sound"], _probe.Asked.Order());
    }

    [Fact]
    public async Task RunOnce_ProbeBeyondItsLimit_IsATimeout()
    {
        _bench.Apply(HealthBench.Config());
        _probe.Ask = (_, _) => new TaskCompletionSource<HealthSignal>().Task;
        for (var i = 0; i < 3; i++)
        {
            var tick = _prober.RunOnceAsync(CancellationToken.None);
            _bench.Time.Advance(TimeSpan.FromSeconds(15));
            await tick;
            await Eventually.TrueAsync(() => _probe.Asked.Count == i + 1);
        }

        await Eventually.TrueAsync(() => _bench.Get().ToRow() is { OpenedByProbe: true, LastFailure: FailureKind.Timeout });
    }

    [Fact]
    public async Task RunOnce_ProbeThrows_IsLoggedAndTheOthersGoOn()
    {
        _bench.Apply(HealthBench.Config("a@broken"), HealthBench.Config("a@sound"));
        _probe.Ask = (endpoint, _) => endpoint.Name == "broken" ? throw new InvalidOperationException() : Task.FromResult(FakeEndpointProbe.Green);
        await TickAsync(seconds: 16);
        Assert.Equal(4, _probe.Asked.Count);
        Assert.Equal(2, _log.Lines.Count(line => line.Level == LogLevel.Error));
    }

    private EndpointProber Prober(HealthBench bench, FakeEndpointProbe probe) =>
        new(bench.Registry, probe, bench.Trials, _ledger, bench.Store, bench.Time, bench.Probing, _log);

    private async Task TickAsync(int seconds, int step = 1, Func<int, Task>? afterEach = null)
    {
        for (var i = 0; i < seconds; i++)
        {
            await _prober.RunOnceAsync(CancellationToken.None);
            await (afterEach?.Invoke(i) ?? Task.CompletedTask);
            _bench.Time.Advance(TimeSpan.FromSeconds(step));
        }
    }
}
