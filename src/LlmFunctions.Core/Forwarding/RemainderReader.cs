using System.Globalization;
using System.Net.Http.Headers;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Reads what an answer says is left of its endpoint's limits: on every answer, so it allocates only where there is something.</summary>
internal sealed class RemainderReader(HealthOptions options, TimeProvider time)
{
    /// <summary>Null when the headers tell nothing. Nonsense and negatives, which some endpoints send for "no limit", tell nothing.</summary>
    public Remainders? Read(HttpResponseHeaders headers)
    {
        Remainders? known = null;
        foreach (var header in LimitHeader.All)
        {
            if (RetryAfter.First(headers, header.Left) is { } text
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var left))
                known = With(known ?? new(null, null, null, null), header.Kind, new(left, ReadReset(headers, header.Reset)));
        }

        return known;
    }

    // Without a time, as long as a throttle without one; and believed no longer than a throttle is.
    private DateTimeOffset ReadReset(HttpResponseHeaders headers, string name)
    {
        var now = time.GetUtcNow();
        var wait = RetryAfter.ReadReset(headers, name, now) ?? options.Throttle;
        return now + (wait < options.LongestThrottle ? wait : options.LongestThrottle);
    }

    private static Remainders With(Remainders known, LimitKind kind, Remainder remainder) => kind switch
    {
        LimitKind.Requests => known with { Requests = remainder },
        LimitKind.Tokens => known with { Tokens = remainder },
        LimitKind.PromptTokens => known with { PromptTokens = remainder },
        _ => known with { AnswerTokens = remainder },
    };
}
