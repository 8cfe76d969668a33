using LlmFunctions.Core.Forwarding;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class AttemptClockTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Limit_AnotherRemains_CutsThere()
    {
        using var clock = Start(limit: 10, deadline: 60, () => true);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(clock.IsCut);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(clock.IsCut);
        Assert.True(clock.Token.IsCancellationRequested);
        Assert.True(clock.HadItsLimit);
    }

    [Fact]
    public void Dispose_TheLimitPassesLater_NobodyIsAskedAnyMore()
    {
        var asked = 0;
        var clock = Start(limit: 10, deadline: 60, () => ++asked > 0);
        clock.Dispose();
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((0, false), (asked, clock.IsCut));
    }

    [Fact]
    public void Limit_LastCandidate_HasTheRestOfTheDeadline()
    {
        using var clock = Start(limit: 10, deadline: 60, () => false);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(clock.IsCut);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.True(clock.IsCut);
        Assert.True(clock.HadItsLimit);
    }

    [Fact]
    public void Deadline_BeforeTheLimit_CutsWithoutHavingHadTheLimit()
    {
        using var clock = Start(limit: 60, deadline: 0.4, () => true);
        _time.Advance(TimeSpan.FromSeconds(0.399));
        Assert.False(clock.IsCut);
        _time.Advance(TimeSpan.FromSeconds(0.01));
        Assert.True(clock.IsCut);
        Assert.False(clock.HadItsLimit);
    }

    [Fact]
    public void Stop_AnswerHasBegun_NothingCutsAnyMore()
    {
        using var clock = Start(limit: 1, deadline: 2, () => true);
        clock.Stop();
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.False(clock.Token.IsCancellationRequested);
    }

    [Fact]
    public void Deadline_TimerRingsEarly_StillCutsAtTheDeadline()
    {
        var early = new EarlyTimeProvider(_time);
        using var clock = new AttemptClock(early, TimeSpan.FromSeconds(60), _time.GetUtcNow() + TimeSpan.FromSeconds(0.4), () => true, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(0.39));
        Assert.False(clock.IsCut);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(clock.IsCut);
    }

    private AttemptClock Start(double limit, double deadline, Func<bool> anotherRemains) =>
        new(_time, TimeSpan.FromSeconds(limit), _time.GetUtcNow() + TimeSpan.FromSeconds(deadline), anotherRemains, CancellationToken.None);

    /// <summary>Its timers first ring 20 ms before their time, as timers of the system may.</summary>
    private sealed class EarlyTimeProvider(TimeProvider inner) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime - TimeSpan.FromMilliseconds(20), period);
    }
}
