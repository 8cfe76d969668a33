using System.Collections.Frozen;
using System.Globalization;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Says what an answer or an exception means. The only place that knows the table of behaviour.md §2.</summary>
internal static class OutcomeClassifier
{
    private static readonly FrozenSet<string> Misconfigurations = new[]
    {
        "DeploymentNotFound", "model_not_found", "insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
        "billing_error", "account_deactivated", "invalid_api_key", "authentication_error", "permission_error", "access_terminated",
        "quota_exceeded", "unsupported_country_region_territory",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> ContentFilters =
        new[] { "content_filter", "content_policy_violation" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Anthropic: "prompt is too long: 200001 tokens > 200000 maximum", "input length and `max_tokens` exceed context limit";
    // vLLM: "This model's maximum context length is 8192 tokens"; OpenAI's Responses: "Your input exceeds the context window of this model".
    private static readonly string[] TooLong = ["prompt is too long", "exceed context limit", "maximum context length", "exceeds the context window"];

    private static readonly FrozenSet<string> Throttles =
        new[] { "rate_limit_exceeded", "rate_limit_error", "too_many_requests", "429" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>An answer that is not 2xx.</summary>
    /// <param name="answer">The answer, held whole.</param>
    /// <param name="wait">The time to wait that its headers give.</param>
    /// <param name="asksForStored">Whether the request names an answer that one endpoint keeps.</param>
    public static AttemptOutcome FromStatus(EndpointAnswer answer, TimeSpan? wait, bool asksForStored)
    {
        var status = answer.StatusCode;
        var error = ErrorBody.Read(answer.Body);
        if (IsMisconfiguration(status, error))
            return new AttemptOutcome.Misconfigured(Describe(status, error), Invariant(status));
        if (status == 429 || (status == 503 && wait is not null))
            return new AttemptOutcome.Throttled(wait, status);
        if (status is >= 500 or 408)
            return new AttemptOutcome.Failed(FailureKind.Status, Invariant(status));
        return new AttemptOutcome.CallersError(KindOf(status, error, asksForStored), answer);
    }

    /// <summary>A 200 that carries an error: as its first event, or as its whole body.</summary>
    public static AttemptOutcome FromErrorInside(ReadOnlyMemory<byte> json, Func<EndpointAnswer> answer)
    {
        var error = ErrorBody.Read(json);
        if (IsNamed(error, Misconfigurations))
            return new AttemptOutcome.Misconfigured(Describe(200, error), "error-event");
        if (IsNamed(error, Throttles))
            return new AttemptOutcome.Throttled(null, 429);
        var kind = KindOf(400, error, asksForStored: false);
        return kind == CallersErrorKind.Other
            ? new AttemptOutcome.Failed(FailureKind.Malformed, "error-event")
            : new AttemptOutcome.CallersError(kind, answer());
    }

    /// <summary>Whether such an error is the caller's to mend, and so the same at every deployment.</summary>
    public static bool IsCallersErrorInside(ReadOnlyMemory<byte> json)
    {
        var error = ErrorBody.Read(json);
        return !IsNamed(error, Misconfigurations) && !IsNamed(error, Throttles) && KindOf(400, error, asksForStored: false) != CallersErrorKind.Other;
    }

    /// <summary>What the transport threw, other than for the caller's leaving or a limit.</summary>
    public static AttemptOutcome FromException(Exception exception) => exception switch
    {
        OperationCanceledException => new AttemptOutcome.Failed(FailureKind.Connection, "connect-timeout"),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new AttemptOutcome.Failed(FailureKind.Connection, "dns"),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new AttemptOutcome.Failed(FailureKind.Connection, "tls"),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError } => new AttemptOutcome.Failed(FailureKind.Connection, "refused"),
        InvalidDataException or HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new AttemptOutcome.Failed(FailureKind.Malformed, "malformed"),
        _ => new AttemptOutcome.Failed(FailureKind.Reset, "reset"),
    };

    private static bool IsMisconfiguration(int status, ErrorBody error) => status switch
    {
        401 or 402 or 403 => !IsNamed(error, ContentFilters),
        // The paths are the router's own: an endpoint that points elsewhere has the wrong address.
        >= 300 and < 400 => true,
        400 or 404 or 429 => IsNamed(error, Misconfigurations) || IsCreditOrModelInWords(status, error),
        _ => false,
    };

    // Anthropic: 400 invalid_request_error "Your credit balance is too low…", 404 not_found_error "model: …".
    // vLLM: 404 NotFoundError "The model `x` does not exist."
    private static bool IsCreditOrModelInWords(int status, ErrorBody error) => status == 404
        ? (error.Type == "not_found_error" && Says(error, "model:")) || (Says(error, "model") && Says(error, "does not exist"))
        : Says(error, "credit balance is too low");

    private static CallersErrorKind KindOf(int status, ErrorBody error, bool asksForStored)
    {
        if (asksForStored && (status == 404 || error.Code == "previous_response_not_found" || (status == 400 && error.Parameter == "previous_response_id")))
            return CallersErrorKind.StoredAnswerNotFound;
        if (status is not (400 or 413 or 422))
            return CallersErrorKind.Other;
        if (error.Code == "context_length_exceeded" || SaysAny(error, TooLong))
            return CallersErrorKind.ContextLength;
        return IsNamed(error, ContentFilters) || Says(error, "content filtering policy") ? CallersErrorKind.ContentFilter : CallersErrorKind.Other;
    }

    private static bool SaysAny(ErrorBody error, string[] phrases)
    {
        foreach (var words in phrases)
        {
            if (Says(error, words))
                return true;
        }

        return false;
    }

    private static bool IsNamed(ErrorBody error, FrozenSet<string> names) => names.Contains(error.Code) || names.Contains(error.Type);

    private static bool Says(ErrorBody error, string words) => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static string Describe(int status, ErrorBody error) =>
        (error.Code, error.Type) switch
        {
            ({ Length: > 0 } code, _) => $"{Invariant(status)} {code}",
            (_, { Length: > 0 } type) => $"{Invariant(status)} {type}",
            _ => Invariant(status),
        };

    private static string Invariant(int status) => status.ToString(CultureInfo.InvariantCulture);
}
