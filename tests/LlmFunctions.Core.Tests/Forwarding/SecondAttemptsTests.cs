using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Tests.Health;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class SecondAttemptsTests
{
    private readonly HealthBench _bench = new();

    [Theory]
    [InlineData(0.001)]
    [InlineData(2)]
    [InlineData(2.5)]
    public void GetPause_ShortThrottle_IsUntilJustAfterIt(double seconds)
    {
        var wait = TimeSpan.FromSeconds(seconds);
        Assert.InRange(PauseAfter(wait)!.Value, wait, wait + TimeSpan.FromMilliseconds(50));
    }

    [Theory]
    [InlineData(2.501)]
    [InlineData(60)]
    public void GetPause_LongThrottle_IsNone(double seconds) => Assert.Null(PauseAfter(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void GetPause_ThrottleWithoutATime_IsNone() => Assert.Null(PauseAfter(null));

    [Fact]
    public void GetPause_EarlierThrottleLastsLonger_IsNone()
    {
        using var other = _bench.Get().TryBegin(_bench.Now, HealthBench.Limit);
        var state = _bench.Get();
        using var lease = state.TryBegin(_bench.Now, HealthBench.Limit)!;
        other!.Report(new HealthSignal.Throttled(TimeSpan.FromMinutes(1)));
        lease.Report(new HealthSignal.Throttled(TimeSpan.FromSeconds(1)));
        Assert.Null(Seconds().GetPause(state, new AttemptOutcome.Throttled(TimeSpan.FromSeconds(1), 429)));
    }

    [Fact]
    public void GetPause_DrainingMeanwhile_IsNone()
    {
        var state = _bench.Get();
        _bench.Report(state, new HealthSignal.Throttled(TimeSpan.FromSeconds(1)));
        state.SetDraining(true);
        Assert.Null(Seconds().GetPause(state, new AttemptOutcome.Throttled(TimeSpan.FromSeconds(1), 429)));
    }

    [Theory]
    [InlineData(FailureKind.Status, 0, 0.1)]
    [InlineData(FailureKind.Reset, 1, 0.3)]
    [InlineData(FailureKind.Reset, 0.5, 0.2)]
    public void GetPause_FailureThatMayBePassing_IsATenthToThreeTenthsOfASecond(FailureKind kind, double chance, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Seconds(chance).GetPause(_bench.Get(), new AttemptOutcome.Failed(kind, "x")));

    [Theory]
    [InlineData(FailureKind.Timeout)]
    [InlineData(FailureKind.Connection)]
    [InlineData(FailureKind.Malformed)]
    public void GetPause_FailureThatLasts_IsNone(FailureKind kind) => Assert.Null(Seconds().GetPause(_bench.Get(), new AttemptOutcome.Failed(kind, "x")));

    private TimeSpan? PauseAfter(TimeSpan? wait)
    {
        var state = _bench.Get();
        _bench.Report(state, new HealthSignal.Throttled(wait));
        return Seconds().GetPause(state, new AttemptOutcome.Throttled(wait, 429));
    }

    private SecondAttempts Seconds(double chance = 0.5) => new(new(), _bench.Time, new EvenRandom { Value = chance });
}
