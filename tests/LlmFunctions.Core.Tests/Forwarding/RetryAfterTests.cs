using System.Globalization;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("x-ms-retry-after-ms", "250", 0.25)]
    [InlineData("Retry-After", "7", 7)]
    [InlineData("Retry-After", "0.5", 0.5)]
    [InlineData("Retry-After", "86400", 86_400)]
    [InlineData("Retry-After", "6m0s", 360)]
    [InlineData("Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT", 30)]
    [InlineData("Retry-After", "Thursday, 01-Jan-26 00:00:30 GMT", 30)]
    [InlineData("Retry-After", "Thu Jan  1 00:00:30 2026", 30)]
    [InlineData("Retry-After", "2026-01-01T02:00:30+02:00", 30)]
    public void Read_OneHeader_GivesItsWait(string name, string value, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read((name, value)));

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("6m0s", 360)]
    [InlineData("12ms", 0.012)]
    [InlineData("1h2m3s", 3723)]
    [InlineData("1m30.5s", 90.5)]
    [InlineData("2d", 172_800)]
    [InlineData("45", 45)]
    public void Read_ResetWithNothingRemaining_GivesTheReset(string reset, double seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(Math.Min(seconds, 86_400)),
            Read(("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", reset)));

    [Fact]
    public void Read_TwoExhaustedLimits_GivesTheLaterReset() =>
        Assert.Equal(TimeSpan.FromSeconds(9), Read(
            ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "2s"),
            ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "9s")));

    [Fact]
    public void Read_ResetWithSomethingRemaining_GivesNone() =>
        Assert.Null(Read(("x-ratelimit-remaining-tokens", "10"), ("x-ratelimit-reset-tokens", "6m0s")));

    [Fact]
    public void Read_AnthropicReset_GivesTheTimeUntilIt() =>
        Assert.Equal(TimeSpan.FromSeconds(20), Read(
            ("anthropic-ratelimit-input-tokens-remaining", "0"), ("anthropic-ratelimit-input-tokens-reset", "2026-01-01T00:00:20Z")));

    [Theory]
    [InlineData("retry-after-ms", "1000", "Retry-After", "50", 1)]
    [InlineData("x-ms-retry-after-ms", "1000", "Retry-After", "50", 1)]
    [InlineData("retry-after-ms", "1000", "x-ms-retry-after-ms", "9000", 1)]
    [InlineData("retry-after-ms", "soon", "Retry-After", "50", 50)]
    public void Read_TwoNotations_TakesTheFirstThatMakesSense(string first, string one, string second, string other, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read((second, other), (first, one)));

    [Theory]
    [InlineData("Retry-After", "soon")]
    [InlineData("Retry-After", "-5")]
    [InlineData("Retry-After", "0")]
    [InlineData("Retry-After", "")]
    [InlineData("Retry-After", "NaN")]
    [InlineData("Retry-After", "Infinity")]
    [InlineData("Retry-After", "Wed, 01 Jan 2020 00:00:00 GMT")]
    [InlineData("Retry-After", "99 bottles")]
    [InlineData("Retry-After", "abc")]
    [InlineData("Retry-After", "-1")]
    [InlineData("Retry-After", "23:59")]
    [InlineData("Retry-After", "0s")]
    [InlineData("Retry-After", "0.00000001")]
    [InlineData("retry-after-ms", "-1")]
    public void Read_Nonsense_GivesNone(string name, string value) => Assert.Null(Read((name, value)));

    [Theory]
    [InlineData("999999999999999999999999999999")]
    [InlineData("1e3")]
    [InlineData("99999999999999")]
    public void Read_AbsurdNumbers_NeverThrowAndNeverExceedADay(string value)
    {
        var wait = Read(("Retry-After", value));
        Assert.True(wait is null || wait <= TimeSpan.FromDays(1), wait?.ToString("c", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Read_NoHeader_GivesNone() => Assert.Null(Read());

    private static TimeSpan? Read(params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            Assert.True(response.Headers.TryAddWithoutValidation(name, value));
        return RetryAfter.Read(response.Headers, Now);
    }
}
