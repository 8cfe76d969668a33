using LlmFunctions.Core.Routing;

namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary>A decision as it is shown.</summary>
/// <param name="RequestId">The request's id.</param>
/// <param name="Model">The model that was asked for.</param>
/// <param name="CatalogVersion">The catalog in force.</param>
/// <param name="HealthAgeSeconds">Age of the shared health state; null when it was never read.</param>
/// <param name="Chosen">The deployment that would be asked first; null when none is available.</param>
/// <param name="Candidates">Best first.</param>
internal sealed record DecisionView(
    string RequestId,
    string Model,
    long CatalogVersion,
    double? HealthAgeSeconds,
    string? Chosen,
    IReadOnlyList<CandidateDecision> Candidates)
{
    public static DecisionView Of(Decision decision) => new(
        decision.RequestId,
        decision.Model,
        decision.CatalogVersion,
        decision.HealthAge?.TotalSeconds,
        decision.Candidates.FirstOrDefault(candidate => candidate.Skipped is null)?.Deployment,
        decision.Candidates);
}
