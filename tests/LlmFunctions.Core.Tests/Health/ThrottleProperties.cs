using FsCheck;
using FsCheck.Fluent;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>A throttle under whatever reports come, in whatever order.</summary>
public sealed class ThrottleProperties
{
    private static readonly HealthOptions Options = new();

    // Given waits from far below zero to far beyond trust, none given, and the time that passes before each.
    private static Gen<List<(TimeSpan? Wait, TimeSpan Before)>> Reports =>
        Gen.OneOf(
                Gen.Constant((TimeSpan?)null),
                Gen.Choose(-100, 2000).Select(seconds => (TimeSpan?)TimeSpan.FromSeconds(seconds)),
                Gen.Elements<TimeSpan?>(TimeSpan.MaxValue, TimeSpan.MinValue, TimeSpan.Zero, TimeSpan.FromMilliseconds(1)))
            .SelectMany(wait => Gen.Choose(0, 90_000).Select(ms => (wait, TimeSpan.FromMilliseconds(ms))))
            .ListOf();

    [Fact]
    public void Report_AnySequence_OnlyLengthensAndNeverBeyondTrust() => Property.Holds(
        Reports,
        reports =>
        {
            var time = new FakeTimeProvider();
            var throttle = new Throttle(Options);
            foreach (var (wait, before) in reports)
            {
                time.Advance(before);
                var now = time.GetUtcNow();
                var until = throttle.Until;
                throttle.Report(wait, now, now);
                Assert.True(throttle.Until >= until, "It was shortened.");
                Assert.True(throttle.Until > now, "It was refused and is asked again at once.");
                Assert.True(throttle.Until <= now + Options.LongestThrottle || throttle.Until == until, "It was believed too long.");
            }
        },
        times: 500);

    [Fact]
    public void Report_SecondThrottleThatProposesLess_ChangesNothing() => Property.Holds(
        Gen.Choose(2, 600).SelectMany(first => Gen.Choose(1, first - 1).SelectMany(second => Gen.Choose(0, 1000).Select(ms => (first, second, ms)))),
        one =>
        {
            var time = new FakeTimeProvider();
            var throttle = new Throttle(Options);
            var began = time.GetUtcNow();
            Assert.True(throttle.Report(TimeSpan.FromSeconds(one.first), began, began));
            var until = throttle.Until;
            time.Advance(TimeSpan.FromMilliseconds(one.ms));
            Assert.False(throttle.Report(TimeSpan.FromSeconds(one.second) - TimeSpan.FromMilliseconds(one.ms), began, time.GetUtcNow()));
            Assert.Equal(until, throttle.Until);
        });
}
