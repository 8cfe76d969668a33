using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health.Availability;

/// <summary>From when on an incident counts: the first of the failures that opened the circuit.</summary>
public sealed class FailingSinceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly HealthBench _bench = new();

    [Fact]
    public void FailingSince_ThreeInARow_IsTheFirstOfThem()
    {
        var state = _bench.Get();
        _bench.Fail(state);
        _bench.Succeed(state);
        _bench.Time.Advance(Second);
        var first = _bench.Now;
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(state.FailingSince);
            _bench.Fail(state);
            _bench.Time.Advance(Second);
        }

        Assert.Equal(first, state.FailingSince);
    }

    [Fact]
    public void FailingSince_HalfOfFive_IsTheFirstFailureInTheWindow()
    {
        var state = _bench.Get();
        _bench.Succeed(state, 2);
        _bench.Time.Advance(Second);
        var first = _bench.Now;
        _bench.Fail(state, 2);
        _bench.Time.Advance(Second);
        _bench.Succeed(state);
        _bench.Time.Advance(Second);
        _bench.Fail(state);
        Assert.Equal(SkipKind.CircuitOpen, state.GetSkipReason(_bench.Now)?.Kind);
        Assert.Equal(first, state.FailingSince);
    }

    [Fact]
    public void FailingSince_ProbesAndCallers_IsTheFirstOfEither()
    {
        var state = _bench.Get();
        var first = _bench.Now;
        state.ReportProbe(new HealthSignal.Failure(FailureKind.Timeout), first, 0);
        _bench.Time.Advance(Second);
        _bench.Fail(state, 2);
        Assert.Equal(first, state.FailingSince);
    }

    [Fact]
    public void FailingSince_ProbeTurnsGreen_ForgetsItsFailures()
    {
        var state = _bench.Get();
        state.ReportProbe(new HealthSignal.Failure(FailureKind.Timeout), _bench.Now, 0);
        state.ReportProbe(new HealthSignal.Success(TimeSpan.Zero), _bench.Now, 0);
        _bench.Time.Advance(Second);
        _bench.Fail(state, 3);
        Assert.Equal(_bench.Now, state.FailingSince);
    }

    [Fact]
    public void FailingSince_OpenedAnewAfterATrial_StaysTheFirst()
    {
        var state = _bench.Get();
        var first = _bench.Now;
        _bench.HalfOpen();
        _bench.Fail(state);
        Assert.Equal(2, state.ToRow().Breaks);
        Assert.Equal(first, state.FailingSince);
    }

    [Fact]
    public void FailingSince_Closed_IsNone()
    {
        var state = _bench.HalfOpen();
        _bench.Succeed(state);
        Assert.Null(state.FailingSince);
    }

    [Fact]
    public void FailingSince_OpenedByAnotherInstance_IsNotKnown()
    {
        var other = new HealthBench(_bench.Time);
        other.Opened();
        _bench.Get().Merge(other.Get().ToRow());
        Assert.Null(_bench.Get().FailingSince);
    }
}
