using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Routing;

/// <summary>One deployment as the ranking saw it.</summary>
/// <param name="Deployment">Such as <c>gpt-4o@east</c>.</param>
/// <param name="Tier">Its tier.</param>
/// <param name="Skipped">Why it was not available; null: it was.</param>
/// <param name="Until">The earliest moment it may be available again, when that is known.</param>
public sealed record CandidateDecision(string Deployment, int Tier, SkipKind? Skipped, DateTimeOffset? Until);
