using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

/// <summary>Times to wait, whatever an endpoint writes.</summary>
public sealed class RetryAfterProperties
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Names =
    [
        "retry-after-ms", "x-ms-retry-after-ms", "Retry-After", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens",
        "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset",
    ];

    private static Gen<string> Values => Gen.OneOf(
        Gen.Elements("", "0", "-1", "abc", "6m0s", "12ms", "86400", "NaN", "∞", "1e999", "Wed, 21 Oct 2015 07:28:00 GMT", "9999-12-31T23:59:59+14:00"),
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        ArbMap.Default.GeneratorFor<double>().Select(number => number.ToString(CultureInfo.InvariantCulture)),
        ArbMap.Default.GeneratorFor<long>().Select(number => number.ToString(CultureInfo.InvariantCulture)),
        ArbMap.Default.GeneratorFor<DateTimeOffset>().Select(date => date.ToString("o", CultureInfo.InvariantCulture)),
        Gen.Elements("", "s", "ms", "m", "h", "d").SelectMany(unit => ArbMap.Default.GeneratorFor<ulong>().Select(number => $"{number}{unit}")));

    [Fact]
    public void Read_AnythingAtAll_IsNothingOrAWaitOfADayAtMost() => Property.Holds(
        Gen.Elements(Names).SelectMany(name => Values.Select(value => (name, value))).ListOf(),
        headers =>
        {
            var wait = Read([.. headers]);
            Assert.True(wait is null || (wait > TimeSpan.Zero && wait <= TimeSpan.FromDays(1)), $"{wait}");
        },
        times: 2000);

    [Fact]
    public void Read_WholeSeconds_AreThatLong() => Property.Holds(
        Gen.Choose(1, 86_400), seconds => Assert.Equal(TimeSpan.FromSeconds(seconds), Read(("Retry-After", $"{seconds}"))));

    [Fact]
    public void Read_FutureDate_IsTheTimeUntilIt() => Property.Holds(
        Gen.Choose(1, 86_400).SelectMany(seconds => Gen.Elements("r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy", "yyyy-MM-dd'T'HH:mm:ss'Z'").Select(format => (seconds, format))),
        one => Assert.Equal(
            TimeSpan.FromSeconds(one.seconds),
            Read(("Retry-After", Now.AddSeconds(one.seconds).ToString(one.format, CultureInfo.InvariantCulture)))));

    [Fact]
    public void Read_SpanInParts_IsTheirSum() => Property.Holds(
        Gen.Choose(0, 20).SelectMany(h => Gen.Choose(0, 59).SelectMany(m => Gen.Choose(0, 59).Select(s => (h, m, s)))).Where(span => span.h + span.m + span.s > 0),
        span => Assert.Equal(
            new TimeSpan(span.h, span.m, span.s),
            Read(("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", $"{span.h}h{span.m}m{span.s}s"))));

    private static TimeSpan? Read(params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return RetryAfter.Read(response.Headers, Now);
    }
}
