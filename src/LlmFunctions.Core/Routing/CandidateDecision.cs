using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Routing;

/// <summary>One deployment as the ranking saw it.</summary>
/// <param name="Deployment">Such as <c>gpt-4o@east</c>.</param>
/// <param name="Tier">Its tier.</param>
/// <param name="Skipped">Why it was not available; null: it was.</param>
/// <param name="Until">The earliest moment it may be available again, when that is known.</param>
/// <param name="ShortUntil">Until when the request would not fit into what is left of its limits, which ranks it behind its siblings;
/// null: it fits.</param>
public sealed record CandidateDecision(string Deployment, int Tier, SkipKind? Skipped, DateTimeOffset? Until, DateTimeOffset? ShortUntil);
