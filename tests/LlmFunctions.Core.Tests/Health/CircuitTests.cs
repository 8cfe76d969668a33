using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

public sealed class CircuitTests
{
    private readonly HealthBench _bench = new();

    [Fact]
    public void TryBegin_TwoFailuresInARow_StaysAvailable()
    {
        var state = _bench.Get();
        _bench.Fail(state, 2);
        Assert.Null(state.GetSkipReason(_bench.Now));
        Assert.Equal(0, state.ToRow().Generation);
    }

    [Fact]
    public void TryBegin_ThreeFailuresInARow_OpensForFiveSeconds()
    {
        var state = _bench.Get();
        _bench.Fail(state, 3);
        Assert.Equal(new SkipReason(SkipKind.CircuitOpen, _bench.Now.AddSeconds(5)), state.GetSkipReason(_bench.Now));
        Assert.Null(state.TryBegin(_bench.Now.AddSeconds(4.999), HealthBench.Limit));
        Assert.Equal(1, state.ToRow().Generation);
    }

    [Fact]
    public void Report_SuccessBetweenFailures_BeginsTheRunAnew()
    {
        var state = _bench.Get();
        _bench.Fail(state, 2);
        _bench.Succeed(state, 10);
        _bench.Fail(state, 2);
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Report_HalfOfFiveResultsFailed_OpensOnTheFailureThatTips()
    {
        var state = _bench.Get();
        foreach (var failed in new[] { true, true, false, false })
            Result(state, failed);
        Assert.Null(state.GetSkipReason(_bench.Now));
        _bench.Fail(state);
        Assert.Equal(SkipKind.CircuitOpen, state.GetSkipReason(_bench.Now)?.Kind);
    }

    [Fact]
    public void Report_LessThanHalfFailed_StaysClosed()
    {
        var state = _bench.Get();
        foreach (var failed in new[] { true, false, false, true, false, false, true })
            Result(state, failed);
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Report_FailuresOlderThanTheWindow_AreForgotten()
    {
        var state = _bench.Get();
        foreach (var failed in new[] { true, true, false, false })
            Result(state, failed);
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        _bench.Fail(state);
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Break_TrialsThatFail_DoublesToTenSecondsAndNoLonger()
    {
        var state = _bench.Opened();
        var lengths = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            lengths.Add((state.ToRow().OpenUntil!.Value - _bench.Now).TotalSeconds);
            _bench.Time.Advance(state.ToRow().OpenUntil!.Value - _bench.Now);
            _bench.Fail(state);
        }

        Assert.Equal([5, 10, 10, 10], lengths);
        Assert.Equal(5, state.ToRow().Generation);
        Assert.Equal(5, state.ToRow().Breaks);
    }

    [Theory]
    [InlineData(0.0, 4.5)]
    [InlineData(1.0, 5.5)]
    public void Break_Chance_AddsOrTakesATenth(double chance, double seconds)
    {
        _bench.Chance.Value = chance;
        var state = _bench.Opened();
        Assert.Equal(_bench.Now.AddSeconds(seconds), state.ToRow().OpenUntil);
    }

    [Fact]
    public void Trial_Success_ClosesAndBeginsBreaksAnew()
    {
        var state = _bench.HalfOpen();
        _bench.Succeed(state);
        var row = state.ToRow();
        Assert.Equal((2L, null, 0), (row.Generation, row.OpenUntil, row.Breaks));
        _bench.Opened();
        Assert.Equal(_bench.Now.AddSeconds(5), state.ToRow().OpenUntil);
    }

    [Fact]
    public void Report_LateSuccess_DoesNotClose()
    {
        var state = _bench.Get();
        using var late = state.TryBegin(_bench.Now, HealthBench.Limit);
        _bench.HalfOpen();
        late!.Report(new HealthSignal.Success(TimeSpan.FromSeconds(6)));
        Assert.Equal(1, state.ToRow().Generation);
        Assert.NotNull(state.ToRow().OpenUntil);
    }

    [Fact]
    public void Report_LateFailure_DoesNotExtend()
    {
        var state = _bench.Get();
        using var late = state.TryBegin(_bench.Now, HealthBench.Limit);
        _bench.Opened();
        var until = state.ToRow().OpenUntil;
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        late!.Report(new HealthSignal.Failure(FailureKind.Timeout));
        Assert.Equal((until, FailureKind.Status), (state.ToRow().OpenUntil, state.ToRow().LastFailure));
    }

    [Fact]
    public void Report_FailureFromBeforeTheBreakAfterItClosed_CountsNothing()
    {
        var state = _bench.Get();
        var late = Enumerable.Range(0, 3).Select(_ => state.TryBegin(_bench.Now, HealthBench.Limit)!).ToList();
        _bench.HalfOpen();
        _bench.Succeed(state);
        late.ForEach(lease => lease.Report(new HealthSignal.Failure(FailureKind.Status)));
        Assert.Equal((2L, null), (state.ToRow().Generation, state.ToRow().OpenUntil));
    }

    [Fact]
    public void Report_Twice_CountsOnce()
    {
        var state = _bench.Get();
        _bench.Fail(state);
        using var lease = state.TryBegin(_bench.Now, HealthBench.Limit);
        lease!.Report(new HealthSignal.Failure(FailureKind.Status));
        lease.Report(new HealthSignal.Failure(FailureKind.Status));
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    private void Result(DeploymentState state, bool failed)
    {
        if (failed)
            _bench.Fail(state);
        else
            _bench.Succeed(state);
    }
}
