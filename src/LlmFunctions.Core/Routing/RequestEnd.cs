using System.Globalization;

namespace LlmFunctions.Core.Routing;

/// <summary>How a request ended, for its decision.</summary>
/// <param name="Result"><c>answered</c>, <c>broken</c>, <c>queued</c>, <c>refused</c> or <c>callerLeft</c>.</param>
/// <param name="Status">What the caller got; null: nothing.</param>
/// <param name="Error">The code of the router's own error.</param>
internal sealed record RequestEnd(string Result, int? Status, string? Error)
{
    /// <summary>What kind of error it was, for spans and metrics; null: none.</summary>
    public string? ErrorType => Error ?? (Result == "broken" ? "stream_broken" : Status >= 400 ? Status.Value.ToString(CultureInfo.InvariantCulture) : null);

    /// <summary>Known once a stream was relayed to its end.</summary>
    public static RequestEnd Of(RouterResult result) => result switch
    {
        RouterResult.Answered { Answer: var answer } => new(answer.IsBroken ? "broken" : "answered", answer.StatusCode, null),
        RouterResult.Accepted => new("queued", 202, null),
        RouterResult.Refused { Error: var error } => new("refused", error.Status, error.Code),
        _ => new("callerLeft", null, null),
    };
}
