using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Forwarding;

/// <summary>How the attempts of one request ended.</summary>
/// <param name="Last">The outcome that counts; null when nothing was available for a first one.</param>
/// <param name="Attempts">In order.</param>
/// <param name="IsPastDeadline">Whether the deadline, not the list of candidates, ended it.</param>
public sealed record ForwardResult(AttemptOutcome? Last, IReadOnlyList<AttemptRecord> Attempts, bool IsPastDeadline)
{
    /// <summary>Whose answer it is; null when there is none.</summary>
    public DeploymentId? AnsweredBy { get; init; }

    /// <summary>Whether the retry budget refused an attempt.</summary>
    public bool IsBudgetSpent { get; init; }

    /// <summary>What the caller gets, or null when no attempt brought an answer.</summary>
    public EndpointAnswer? Answer => Last switch
    {
        AttemptOutcome.Answered answered => answered.Answer,
        AttemptOutcome.CallersError error => error.Answer,
        _ => null,
    };

    /// <summary>Whether the endpoints that were reached do not know a stored answer, while one that was not may keep it.</summary>
    public bool IsNotFoundWithoutAskingAll(ForwardPlan plan) =>
        Last is AttemptOutcome.CallersError { Kind: CallersErrorKind.StoredAnswerNotFound }
        && (Attempts.Count < plan.Deployments.Count || Attempts.Any(attempt => attempt.Outcome is not ("404" or "400")));
}
