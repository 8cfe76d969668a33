using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

public sealed class TrialTests
{
    private readonly HealthBench _bench = new();

    [Fact]
    public void TryBegin_HalfOpen_GivesExactlyOneTrial()
    {
        var state = _bench.HalfOpen();
        using var trial = state.TryBegin(_bench.Now, HealthBench.Limit);
        Assert.True(trial!.IsTrial);
        Assert.Null(state.TryBegin(_bench.Now, HealthBench.Limit));
        Assert.Equal(new SkipReason(SkipKind.TrialPending, null), state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public async Task TryBegin_ManyThreadsOnHalfOpen_GiveExactlyOneTrial()
    {
        var state = _bench.HalfOpen();
        using var start = new Barrier(8);
        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return Enumerable.Range(0, 200).Select(_ => state.TryBegin(_bench.Now, HealthBench.Limit)).Where(lease => lease is not null).ToList();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Single(leases.SelectMany(lease => lease));
        Assert.Equal(1, state.InFlight);
    }

    [Fact]
    public void TryBegin_TrialOlderThanItsLease_IsFreeAgain()
    {
        var state = _bench.HalfOpen();
        using var lost = state.TryBegin(_bench.Now, HealthBench.Limit);
        _bench.Time.Advance(TimeSpan.FromSeconds(15) - TimeSpan.FromTicks(1));
        Assert.Null(state.TryBegin(_bench.Now, HealthBench.Limit));
        _bench.Time.Advance(TimeSpan.FromTicks(1));
        using var second = state.TryBegin(_bench.Now, HealthBench.Limit);
        Assert.True(second!.IsTrial);
        lost!.Report(new HealthSignal.Failure(FailureKind.Status));
        Assert.Equal(1, state.ToRow().Generation);
        second.Report(new HealthSignal.Success(TimeSpan.Zero));
        Assert.Equal((2L, null), (state.ToRow().Generation, state.ToRow().OpenUntil));
    }

    [Fact]
    public void Dispose_TrialWithoutReport_GivesItBack()
    {
        var state = _bench.HalfOpen();
        state.TryBegin(_bench.Now, HealthBench.Limit)!.Dispose();
        Assert.Null(state.GetSkipReason(_bench.Now));
        Assert.Equal(0, state.InFlight);
    }

    [Fact]
    public void Report_CallerLeftDuringTrial_GivesItBackBeforeTheLeaseIsDisposed()
    {
        var state = _bench.HalfOpen();
        using var trial = state.TryBegin(_bench.Now, HealthBench.Limit);
        trial!.Report(HealthSignal.None.Instance);
        using var next = state.TryBegin(_bench.Now, HealthBench.Limit);
        Assert.True(next!.IsTrial);
    }

    [Fact]
    public void Report_ThrottledDuringTrial_StaysHalfOpenWithTheTrialFree()
    {
        var state = _bench.HalfOpen();
        _bench.Report(state, new HealthSignal.Throttled(TimeSpan.FromSeconds(2)));
        Assert.Equal(new SkipReason(SkipKind.Throttled, _bench.Now.AddSeconds(2)), state.GetSkipReason(_bench.Now));
        _bench.Time.Advance(TimeSpan.FromSeconds(2));
        using var trial = state.TryBegin(_bench.Now, HealthBench.Limit);
        Assert.True(trial!.IsTrial);
        Assert.Equal(1, state.ToRow().Generation);
    }

    [Theory]
    [InlineData(FailureKind.Timeout)]
    [InlineData(FailureKind.Malformed)]
    public void TryBegin_SlowFailure_KeepsTheTrialForTheProberForFifteenSeconds(FailureKind kind)
    {
        var state = _bench.HalfOpen(kind);
        var until = _bench.Now.AddSeconds(15);
        Assert.Equal(new SkipReason(SkipKind.TrialPending, until), state.GetSkipReason(_bench.Now));
        Assert.Null(state.TryBegin(until.AddTicks(-1), HealthBench.Limit));
        using var trial = state.TryBegin(until, HealthBench.Limit);
        Assert.True(trial!.IsTrial);
    }

    [Fact]
    public void TryBegin_SlowFailureWithoutProbing_IsTriedLiveAtOnce()
    {
        var bench = new HealthBench(probing: false);
        using var trial = bench.HalfOpen(FailureKind.Timeout).TryBegin(bench.Now, HealthBench.Limit);
        Assert.True(trial!.IsTrial);
    }

    [Fact]
    public void TryBegin_SlowFailureOfAnEndpointThatIsNotProbed_IsTriedLiveAtOnce()
    {
        var state = _bench.HalfOpen(FailureKind.Timeout, _bench.Get(HealthBench.Config(probe: ProbeKind.None)));
        using var trial = state.TryBegin(_bench.Now, HealthBench.Limit);
        Assert.True(trial!.IsTrial);
    }

    [Fact]
    public void TryBeginProbe_HalfOpenAndReserved_TakesTheOneTrial()
    {
        var state = _bench.HalfOpen(FailureKind.Timeout);
        using var trial = state.TryBeginProbe(_bench.Now, HealthBench.Limit);
        Assert.True(trial!.IsTrial);
        Assert.Null(state.TryBeginProbe(_bench.Now, HealthBench.Limit));
        Assert.Equal(0, state.InFlight);
    }

    [Fact]
    public void TryBeginLastResort_DuringTheBreak_OncePerBreak()
    {
        var state = _bench.Opened();
        using (var lease = state.TryBeginLastResort(_bench.Now, HealthBench.Limit))
            lease!.Report(new HealthSignal.Failure(FailureKind.Status));
        Assert.Null(state.TryBeginLastResort(_bench.Now, HealthBench.Limit));
        Assert.Equal((1L, _bench.Now.AddSeconds(5)), (state.ToRow().Generation, state.ToRow().OpenUntil));
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        _bench.Fail(state);
        using var next = state.TryBeginLastResort(_bench.Now, HealthBench.Limit);
        Assert.NotNull(next);
    }

    [Fact]
    public void TryBeginLastResort_Success_ClosesTheCircuit()
    {
        var state = _bench.Opened();
        using var lease = state.TryBeginLastResort(_bench.Now, HealthBench.Limit);
        lease!.Report(new HealthSignal.Success(TimeSpan.Zero));
        Assert.Equal((2L, null), (state.ToRow().Generation, state.ToRow().OpenUntil));
    }

    [Fact]
    public void TryBeginLastResort_Closed_GivesNothing() =>
        Assert.Null(_bench.Get().TryBeginLastResort(_bench.Now, HealthBench.Limit));

    [Fact]
    public void TryBeginLastResort_ThrottledMisconfiguredOrDraining_GivesNothing()
    {
        foreach (var signal in new HealthSignal[] { new HealthSignal.Throttled(null), new HealthSignal.Misconfigured("401") })
        {
            var bench = new HealthBench();
            var state = bench.Get();
            using var late = state.TryBegin(bench.Now, HealthBench.Limit);
            bench.Opened();
            late!.Report(signal);
            Assert.Null(state.TryBeginLastResort(bench.Now, HealthBench.Limit));
        }

        var draining = _bench.Opened();
        draining.SetDraining(true);
        Assert.Null(draining.TryBeginLastResort(_bench.Now, HealthBench.Limit));
    }
}
