using System.Collections.Frozen;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Which headers pass the router, in each direction.</summary>
public static class RelayedHeaders
{
    // RFC 9110 §7.6.1, and what older software sends.
    private static readonly FrozenSet<string> HopByHop = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // What names the caller or its machine, what the router answers itself, and what it writes anew.
    private static readonly FrozenSet<string> NotSent = new[]
    {
        "Authorization", "api-key", "x-api-key", "Cookie", "Host", "Content-Length", "Content-Type", "Accept-Encoding", "Expect",
        "Forwarded", "Via", "Prefer", "Idempotency-Key", "Origin", "Referer", "traceparent", "tracestate", "baggage", "Client-IP",
        // The caller's accounts at OpenAI; the endpoint's key has its own.
        "OpenAI-Organization", "OpenAI-Project", "DISGUISED-HOST", "WAS-DEFAULT-HOSTNAME", "Max-Forwards", "Request-Id", "Correlation-Context",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] NotSentPrefixes = ["x-llm-", "X-Forwarded-", "X-Original-", "X-MS-", "X-ARR-", "X-AppService-", "X-Site-", "X-WAWS-", "x-functions-", "X-Client-", "X-Real-", "CF-", "Sec-"];

    private static readonly FrozenSet<string> NotReturned = new[]
    {
        "Set-Cookie", "Content-Length", "Server", "Date", "Alt-Svc", "Strict-Transport-Security", "api-key", "x-api-key", "Authorization", "x-should-retry",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a caller's header may reach an endpoint.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="connection">The names listed in the request's <c>Connection</c> header.</param>
    public static bool MaySend(string name, IReadOnlyList<string> connection) =>
        !HopByHop.Contains(name) && !NotSent.Contains(name) && (connection.Count == 0 || !connection.Contains(name, StringComparer.OrdinalIgnoreCase))
        && !HasNotSentPrefix(name);

    /// <summary>Whether an endpoint's header may reach the caller.</summary>
    public static bool MayReturn(string name) =>
        !HopByHop.Contains(name) && !NotReturned.Contains(name) && !name.StartsWith("x-llm-", StringComparison.OrdinalIgnoreCase);

    private static bool HasNotSentPrefix(string name)
    {
        foreach (var prefix in NotSentPrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
