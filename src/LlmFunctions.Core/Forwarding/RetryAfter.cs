using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace LlmFunctions.Core.Forwarding;

/// <summary>How long an endpoint asks us to stay away, in every notation in use. Nonsense, negatives and past dates are no answer.
/// Sources: RFC 9110 §10.2.3; the rate limit pages of OpenAI, Azure OpenAI and Anthropic.</summary>
public static partial class RetryAfter
{
    // TimeSpan.FromMilliseconds overflows far above; the health state caps what it trusts anyway.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The wait, or null when the headers give none.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now) =>
        ReadNumber(headers, "retry-after-ms", 1)
        ?? ReadNumber(headers, "x-ms-retry-after-ms", 1)
        ?? ReadNumber(headers, "Retry-After", 1000)
        ?? ReadDate(headers, "Retry-After", now)
        ?? ReadResets(headers, now);

    private static TimeSpan? ReadNumber(HttpResponseHeaders headers, string name, double milliseconds) =>
        First(headers, name) is { } text
        && double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Sane(number * milliseconds)
            : null;

    // Retry-After: Wed, 21 Oct 2015 07:28:00 GMT
    private static TimeSpan? ReadDate(HttpResponseHeaders headers, string name, DateTimeOffset now) =>
        First(headers, name) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Sane((date - now).TotalMilliseconds)
            : null;

    // x-ratelimit-remaining-tokens: 0, x-ratelimit-reset-tokens: 6m0s (OpenAI);
    // anthropic-ratelimit-tokens-remaining: 0, anthropic-ratelimit-tokens-reset: 2026-01-01T00:00:00Z
    private static TimeSpan? ReadResets(HttpResponseHeaders headers, DateTimeOffset now)
    {
        TimeSpan? longest = null;
        foreach (var what in (ReadOnlySpan<string>)["requests", "tokens", "input-tokens", "output-tokens"])
        {
            Consider(First(headers, $"x-ratelimit-remaining-{what}"), ReadDuration(First(headers, $"x-ratelimit-reset-{what}")));
            Consider(First(headers, $"anthropic-ratelimit-{what}-remaining"), ReadDate(headers, $"anthropic-ratelimit-{what}-reset", now));
        }

        return longest;

        void Consider(string? remaining, TimeSpan? reset)
        {
            if (remaining == "0" && reset is not null && !(longest >= reset))
                longest = reset;
        }
    }

    // "1s", "6m0s", "12ms", "1h2m3.5s"; Azure gives bare seconds.
    private static TimeSpan? ReadDuration(string? text)
    {
        if (text is null || Duration().Match(text) is not { Success: true, Length: > 0 } match)
            return null;
        return Sane(
            (Part(match, "d") * 86_400_000) + (Part(match, "h") * 3_600_000) + (Part(match, "m") * 60_000)
            + (Part(match, "s") * 1000) + (Part(match, "bare") * 1000) + Part(match, "ms"));
    }

    private static double Part(Match match, string group) =>
        match.Groups[group] is { Success: true } part && double.TryParse(part.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static TimeSpan? Sane(double milliseconds) =>
        milliseconds > 0 && double.IsFinite(milliseconds) ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, Longest.TotalMilliseconds)) : null;

    private static string? First(HttpResponseHeaders headers, string name)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values))
            return null;
        foreach (var value in values)
            return value.Trim();
        return null;
    }

    [GeneratedRegex(@"^(?:(?<bare>\d+(?:\.\d+)?)|(?:(?<d>\d+(?:\.\d+)?)d)?(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m(?!s))?(?:(?<s>\d+(?:\.\d+)?)s)?(?:(?<ms>\d+(?:\.\d+)?)ms)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}
