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

    // The three dates of RFC 9110 §5.6.7, and RFC 3339. Anything looser would read "10:30" by the clock of this machine.
    private static readonly string[] Dates =
    [
        "ddd, d MMM yyyy HH:mm:ss 'GMT'", "dddd, d-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>The wait, or null when the headers give none.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now) =>
        ReadNumber(First(headers, "retry-after-ms"), 1)
        ?? ReadNumber(First(headers, "x-ms-retry-after-ms"), 1)
        ?? ReadNumber(First(headers, "Retry-After"), 1000)
        ?? ReadReset(headers, "Retry-After", now)
        ?? ReadResets(headers, now);

    /// <summary>The wait until the time or over the span that the header names.</summary>
    internal static TimeSpan? ReadReset(HttpResponseHeaders headers, string name, DateTimeOffset now) =>
        First(headers, name) is { } text ? ReadDuration(text) ?? ReadDate(text, now) : null;

    internal static string? First(HttpResponseHeaders headers, string name)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values))
            return null;
        foreach (var value in values)
            return value.Trim();
        return null;
    }

    private static TimeSpan? ReadNumber(string? text, double milliseconds) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Sane(number * milliseconds)
            : null;

    // Wed, 21 Oct 2015 07:28:00 GMT; 2015-10-21T07:28:00Z
    private static TimeSpan? ReadDate(string text, DateTimeOffset now) =>
        DateTimeOffset.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date)
            ? Sane((date - now).TotalMilliseconds)
            : null;

    private static TimeSpan? ReadResets(HttpResponseHeaders headers, DateTimeOffset now)
    {
        TimeSpan? longest = null;
        foreach (var header in LimitHeader.All)
        {
            if (First(headers, header.Left) == "0" && ReadReset(headers, header.Reset, now) is { } reset && !(longest >= reset))
                longest = reset;
        }

        return longest;
    }

    // "1s", "6m0s", "12ms", "1h2m3.5s"; Azure gives bare seconds.
    private static TimeSpan? ReadDuration(string text)
    {
        if (Duration().Match(text) is not { Success: true, Length: > 0 } match)
            return null;
        return Sane(
            (Part(match, "d") * 86_400_000) + (Part(match, "h") * 3_600_000) + (Part(match, "m") * 60_000)
            + (Part(match, "s") * 1000) + (Part(match, "bare") * 1000) + Part(match, "ms"));
    }

    private static double Part(Match match, string group) =>
        match.Groups[group] is { Success: true } part && double.TryParse(part.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : 0;

    // A hair above zero is less than a tick.
    private static TimeSpan? Sane(double milliseconds) =>
        milliseconds > 0 && double.IsFinite(milliseconds) && TimeSpan.FromMilliseconds(Math.Min(milliseconds, Longest.TotalMilliseconds)) is { Ticks: > 0 } wait
            ? wait
            : null;

    [GeneratedRegex(@"^(?:(?<bare>\d+(?:\.\d+)?)|(?:(?<d>\d+(?:\.\d+)?)d)?(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m(?!s))?(?:(?<s>\d+(?:\.\d+)?)s)?(?:(?<ms>\d+(?:\.\d+)?)ms)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}
