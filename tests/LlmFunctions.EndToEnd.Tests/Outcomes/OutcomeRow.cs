using System.Globalization;
using LlmFunctions.Simulator;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>One way an endpoint fails before the first content, and what becomes of that.</summary>
/// <param name="Name">Names the row's model too.</param>
/// <param name="Fault">What the first endpoint does, at every request.</param>
/// <param name="Label">How the trail names it.</param>
/// <param name="Skipped">Why the first deployment is not available afterwards; null: it is.</param>
/// <param name="IsRepeated">Whether a lone deployment is asked once more.</param>
internal sealed record OutcomeRow(string Name, Fault Fault, string Label, string? Skipped = null, bool IsRepeated = false)
{
    private static readonly Dictionary<string, string> Wait = new() { ["Retry-After"] = "60" };

    private static readonly OutcomeRow[] OfEveryApi =
    [
        .. ((int[])[500, 502, 503, 529, 408]).Select(status => Status(status) with { IsRepeated = true }),
        .. ((int[])[401, 402, 403]).Select(status => Status(status) with { Skipped = "Misconfigured" }),
        new("reset", new() { Kind = FaultKind.Reset }, "reset", IsRepeated: true),
        new("wrong-json", new() { Kind = FaultKind.WrongJson }, "malformed"),
        new("empty-body", new() { Kind = FaultKind.EmptyBody }, "empty"),
        new("error-inside", new() { Kind = FaultKind.ErrorEvent }, "error-event"),
        new("429", new() { Kind = FaultKind.Throttle, Headers = Wait }, "429", "Throttled"),
        new("429-without-a-time", new() { Kind = FaultKind.Throttle }, "429", "Throttled"),
        new("503-with-a-time", new() { Kind = FaultKind.Throttle, Status = 503, Headers = Wait }, "503", "Throttled"),
        new("cut", new() { Kind = FaultKind.Cut }, "reset", IsRepeated: true),
    ];

    private static readonly OutcomeRow[] OfOpenAi =
    [
        Misconfigured(404, "model_not_found", null),
        Misconfigured(404, "DeploymentNotFound", null),
        Misconfigured(429, "insufficient_quota", null),
    ];

    // Anthropic has no codes: the type and the words tell.
    private static readonly OutcomeRow[] OfAnthropic =
    [
        Misconfigured(404, "unknown-model", """{"type":"error","error":{"type":"not_found_error","message":"model: x"}}"""),
        Misconfigured(400, "no-credit", """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"""),
    ];

    private static readonly OutcomeRow[] Silent =
    [
        new("hang", new() { Kind = FaultKind.Hang }, "timeout"),
        new("stall", new() { Kind = FaultKind.Stall }, "timeout"),
        new("slow", new() { Kind = FaultKind.SlowFirstToken, Delay = TimeSpan.FromMinutes(2) }, "timeout"),
    ];

    // Only a stream has chunks.
    private static readonly OutcomeRow Malformed = new("malformed-chunk", new() { Kind = FaultKind.MalformedChunk }, "malformed");

    private static readonly OutcomeRow[] Callers =
    [
        new("context-length", new() { Kind = FaultKind.ContextLength }, "400"),
        new("content-filter", new() { Kind = FaultKind.ContentFilter }, "400"),
        .. ((int[])[400, 404, 409, 413, 422, 451]).Select(Status),
    ];

    /// <summary>Whether the endpoint says nothing until the limit.</summary>
    public bool IsSilent => Label == "timeout";

    /// <summary>The trail without its times.</summary>
    public string Path => IsRepeated ? $"e0:{Label}, e0:{Label}, e1:200" : $"e0:{Label}, e1:200";

    public static IEnumerable<OutcomeRow> Failures(ApiCall api, bool stream) =>
        [.. OfEveryApi, .. api.IsAnthropic ? OfAnthropic : OfOpenAi, .. Silent, .. stream ? [Malformed] : (OutcomeRow[])[]];

    /// <summary>What is the caller's to mend, and goes to the caller as it came.</summary>
    public static IEnumerable<OutcomeRow> CallersErrors() => Callers;

    private static OutcomeRow Status(int status)
    {
        var text = status.ToString(CultureInfo.InvariantCulture);
        return new(text, new() { Kind = FaultKind.Status, Status = status }, text);
    }

    private static OutcomeRow Misconfigured(int status, string code, string? body) => Status(status) with
    {
        Name = code,
        Fault = new() { Kind = FaultKind.Status, Status = status, Code = code, Body = body },
        Skipped = "Misconfigured",
    };
}
