using System.Text.Json;

namespace LlmFunctions.Core.Routing;

/// <summary>A decision as it is kept and shown, whether its request was answered at once or queued. Times are in seconds.</summary>
internal sealed record DecisionDocument(
    string RequestId,
    string Model,
    long CatalogVersion,
    double? HealthAgeSeconds,
    IReadOnlyList<CandidateDecision> Candidates,
    IReadOnlyList<DecisionDocument.AttemptLine> Attempts,
    string? AnsweredBy,
    bool IsRetryBudgetSpent,
    DateTimeOffset EndedAt,
    string Result,
    int? Status,
    string? Error)
{
    /// <summary>As JSON.</summary>
    public static string Write(Decision decision, RequestEnd end, DateTimeOffset endedAt) => JsonSerializer.Serialize(
        new DecisionDocument(
            decision.RequestId,
            decision.Model,
            decision.CatalogVersion,
            decision.HealthAge?.TotalSeconds,
            decision.Candidates,
            [.. decision.Attempts.Select(attempt => new AttemptLine(
                attempt.Deployment.ToString(), attempt.Outcome, attempt.Duration.TotalSeconds, attempt.IsTrial, attempt.EndedAt, attempt.IsAnswered, attempt.Broke))],
            AnsweredByOf(decision),
            decision.IsRetryBudgetSpent,
            endedAt,
            end.Result,
            end.Status,
            end.Error),
        RoutingJson.Plain.DecisionDocument);

    // A stream that broke since its answer began may have been finished by another, or by nobody.
    private static string? AnsweredByOf(Decision decision) => decision.Attempts.Any(attempt => attempt.Broke is not null)
        ? decision.Attempts[^1] is { IsAnswered: true, Broke: null } last ? last.Deployment.ToString() : null
        : decision.AnsweredBy?.ToString();

    internal sealed record AttemptLine(
        string Deployment, string Outcome, double DurationSeconds, bool IsTrial, DateTimeOffset? EndedAt, bool IsAnswered, string? Broke);
}
