using FsCheck;
using FsCheck.Fluent;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>A throttle that several instances report and share, in whatever order.</summary>
public sealed class SharedThrottleProperties
{
    private static readonly HealthOptions Options = new();
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static Gen<Report> Reports =>
        Gen.Choose(0, 2).SelectMany(instance =>
            Gen.Choose(-20, 900).SelectMany(seconds =>
                Gen.Choose(0, 30_000).Select(pause => new Report(
                    instance, seconds <= 0 ? null : TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(pause)))));

    [Fact]
    public void Merge_AnyReportsInAnyOrder_AllHaveTheLatestEnd() => Holds(reports =>
    {
        var now = Start;
        var throttles = new[] { new Throttle(Options), new Throttle(Options), new Throttle(Options) };
        foreach (var report in reports)
        {
            now += report.Pause;
            throttles[report.Instance].Report(report.Wait, now, now);
        }

        var latest = throttles.Max(throttle => throttle.Until);
        for (var one = 0; one < 3; one++)
        {
            // Each reads the other two in an order of its own.
            foreach (var other in (int[])[(one + 2) % 3, (one + 1) % 3])
                throttles[one].Merge(throttles[other].Until == default ? null : throttles[other].Until);
        }

        Assert.All(throttles, throttle => Assert.Equal(latest, throttle.Until));
    });

    [Fact]
    public void Report_AnyReports_WhatIsNotWorthSharingIsShorterThanASecond() => Holds(reports =>
    {
        var (now, shared, throttle) = (Start, default(DateTimeOffset), new Throttle(Options));
        foreach (var report in reports)
        {
            now += report.Pause;
            if (throttle.Report(report.Wait, now, now))
                shared = throttle.Until;
            Assert.InRange(throttle.Until - shared, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    });

    [Fact]
    public void Report_NoWaitsGiven_DoubleFromFiveToSixtyUntilASuccess() => Holds(reports =>
    {
        var (now, expected, throttle) = (Start, 5.0, new Throttle(Options));
        foreach (var report in reports)
        {
            // Long enough apart that each refusal is one of its own.
            now = throttle.Until > now ? throttle.Until : now;
            if (report.Instance == 0)
            {
                throttle.Succeed(now);
                expected = 5;
            }

            throttle.Report(null, now, now);
            Assert.Equal(expected, (throttle.Until - now).TotalSeconds);
            expected = Math.Min(expected * 2, 60);
        }
    });

    private static void Holds(Action<List<Report>> check) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(Reports.ListOf().ToArbitrary(), reports =>
        {
            check(reports);
            return true;
        }));

    /// <summary>One refusal.</summary>
    /// <param name="Instance">Who was refused.</param>
    /// <param name="Wait">What the endpoint asked for.</param>
    /// <param name="Pause">Time since the refusal before it.</param>
    private sealed record Report(int Instance, TimeSpan? Wait, TimeSpan Pause);
}
