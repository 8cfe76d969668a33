using LlmFunctions.Core;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.AspNetCore.Queue;

/// <summary>The errors of asking for queued requests.</summary>
internal static class QueueErrors
{
    /// <summary>Also for another caller's request.</summary>
    public static RouterError NotFound { get; } = new(404, "request_not_found", "There is no such request. It may have been kept long enough and removed.")
    {
        ShouldRetry = false,
    };

    public static RouterError NotAnswered(string status) => new(
        409, "request_not_answered", $"The request is {status}; it has no answer. GET /v1/requests/{{id}} with Prefer: wait=30 waits for it.")
    {
        ShouldRetry = false,
    };

    /// <summary>Also for another caller's request.</summary>
    public static RouterError DecisionNotKept { get; } = new(
        404, "decision_not_kept", "No decision of such a request is kept. Kept for a while are those of failovers, of errors and of a share of the rest (Decisions__Share).")
    {
        ShouldRetry = false,
    };

    public static RouterError NoDecision { get; } = new(404, "no_decision", "The request was not run yet, so nothing was decided.") { ShouldRetry = false };

    public static RouterError Unavailable(StorageUnavailableException e) => new(503, "storage_unavailable", $"{e.Message} Try again.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
        ShouldRetry = true,
    };
}
