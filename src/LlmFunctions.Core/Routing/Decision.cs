using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Selection;

namespace LlmFunctions.Core.Routing;

/// <summary>The explanation of one routed request.</summary>
/// <param name="RequestId">The request's id.</param>
/// <param name="Model">The model that was asked for.</param>
/// <param name="CatalogVersion">The catalog in force.</param>
/// <param name="HealthAge">Age of the shared health state; null when it was never read.</param>
/// <param name="Candidates">Best first; those of fallback models once these were needed.</param>
/// <param name="Attempts">In order.</param>
public sealed record Decision(
    string RequestId,
    string Model,
    long CatalogVersion,
    TimeSpan? HealthAge,
    IReadOnlyList<CandidateDecision> Candidates,
    IReadOnlyList<AttemptRecord> Attempts)
{
    /// <summary>Whose answer the caller got; null: nobody's.</summary>
    public DeploymentId? AnsweredBy { get; init; }

    /// <summary>Whether the retry budget refused an attempt.</summary>
    public bool IsRetryBudgetSpent { get; init; }

    /// <summary>Nothing was decided: the answer was there already.</summary>
    public static Decision Empty(string requestId, string model) => new(requestId, model, 0, null, [], []);

    public static IReadOnlyList<CandidateDecision> Explain(ReadOnlySpan<Candidate> candidates)
    {
        var explained = new CandidateDecision[candidates.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            var (state, skip, shortUntil) = candidates[i];
            explained[i] = new(state.Id.ToString(), state.Config.Tier, skip?.Kind, skip?.Until, shortUntil);
        }

        return explained;
    }
}
