using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Simulator.Tests;

public sealed class FaultScheduleTests
{
    private readonly FakeTimeProvider _time = new();
    private int _changes;

    [Fact]
    public void TakeFor_Times_StrikesSoOften()
    {
        using var schedule = NewSchedule(Status with { Times = 2 });

        Assert.Equal([true, true, false], Take(schedule, 3));
        Assert.Empty(schedule.Active);
    }

    [Fact]
    public void TakeFor_For_StrikesUntilItIsOver()
    {
        using var schedule = NewSchedule(Status with { For = TimeSpan.FromSeconds(10) });

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal([true], Take(schedule, 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([false], Take(schedule, 1));
    }

    [Theory]
    [InlineData(0.5, new[] { false, true, false, true, false, true, false, true, false, true })]
    [InlineData(0.2, new[] { false, false, false, false, true, false, false, false, false, true })]
    [InlineData(1.0, new[] { true, true, true, true, true, true, true, true, true, true })]
    public void TakeFor_Share_IsEvenlySpread(double share, bool[] expected)
    {
        using var schedule = NewSchedule(Status with { Share = share });

        Assert.Equal(expected, Take(schedule, 10));
    }

    [Fact]
    public void TakeFor_ShareOfATenth_StrikesTenInAHundred()
    {
        using var schedule = NewSchedule(Status with { Share = 0.1 });

        Assert.Equal(10, Take(schedule, 100).Count(struck => struck));
    }

    [Fact]
    public void TakeFor_ModelAndOperation_StrikesOnlyThose()
    {
        using var schedule = NewSchedule(Status with { Model = "a", Operation = "/v1/chat/completions" });

        Assert.NotNull(schedule.TakeFor("a", "chat/completions", isProbe: false));
        Assert.Null(schedule.TakeFor("b", "chat/completions", isProbe: false));
        Assert.Null(schedule.TakeFor("a", "embeddings", isProbe: false));
        Assert.Null(schedule.TakeFor(null, "models", isProbe: true));
    }

    [Fact]
    public void TakeFor_Several_TheFirstThatFitsStrikes()
    {
        using var schedule = NewSchedule(Status with { Times = 1 });
        schedule.Add(new Fault { Kind = FaultKind.Hang });

        Assert.Equal(FaultKind.Status, schedule.TakeFor("a", "chat/completions", isProbe: false)!.Kind);
        Assert.Equal(FaultKind.Hang, schedule.TakeFor("a", "chat/completions", isProbe: false)!.Kind);
    }

    [Fact]
    public void TakeFor_Probe_IsNotStruckByFaultsOfContent()
    {
        using var schedule = NewSchedule(new Fault { Kind = FaultKind.Cut, Times = 1 });

        Assert.Null(schedule.TakeFor(null, "models", isProbe: true));
        Assert.NotNull(schedule.TakeFor("a", "chat/completions", isProbe: false));
    }

    [Fact]
    public async Task TakeFor_ConcurrentCallers_StrikesExactlySoOften()
    {
        using var schedule = NewSchedule(Status with { Times = 50 });

        var struck = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Take(schedule, 100).Count(hit => hit))));

        Assert.Equal(50, struck.Sum());
    }

    [Fact]
    public void Add_Refuse_SignalsAtOnceAndWhenItIsOver()
    {
        using var schedule = NewSchedule(new Fault { Kind = FaultKind.Refuse, For = TimeSpan.FromSeconds(5) });

        Assert.True(schedule.IsRefusing);
        Assert.Equal(1, _changes);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(2, _changes);
        Assert.False(schedule.IsRefusing);
    }

    public static TheoryData<Fault> Nonsense =>
    [
        new Fault { Kind = FaultKind.Status },
        new Fault { Kind = FaultKind.SlowFirstToken },
        new Fault { Kind = FaultKind.Refuse, Times = 1 },
        new Fault { Kind = FaultKind.Hang, Share = 1.5 },
        new Fault { Kind = FaultKind.Hang, Times = 0 },
        new Fault { Kind = FaultKind.Hang, For = TimeSpan.Zero },
        new Fault { Kind = FaultKind.Cut, AfterTokens = -1 },
        new Fault { Kind = FaultKind.Status, Status = 99 },
    ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Add_Nonsense_Throws(Fault fault)
    {
        using var schedule = new FaultSchedule(_time, () => { });

        Assert.Throws<ArgumentException>(() => schedule.Add(fault));
        Assert.Empty(schedule.Active);
    }

    private static Fault Status => new() { Kind = FaultKind.Status, Status = 500 };

    private FaultSchedule NewSchedule(Fault fault)
    {
        var schedule = new FaultSchedule(_time, () => _changes++);
        schedule.Add(fault);
        return schedule;
    }

    private static bool[] Take(FaultSchedule schedule, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => schedule.TakeFor("a", "chat/completions", isProbe: false) is not null)];
}
