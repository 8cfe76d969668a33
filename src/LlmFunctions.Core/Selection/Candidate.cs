using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>A deployment that serves the request, as it was when the ranking was made.</summary>
/// <param name="State">The deployment.</param>
/// <param name="Skip">Why it was not available; null: it was.</param>
/// <param name="ShortUntil">Until when the request would not fit into what is left of its limits; null: it fits.</param>
public readonly record struct Candidate(DeploymentState State, SkipReason? Skip, DateTimeOffset? ShortUntil = null);
