using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Selection;

/// <summary>A deployment that serves the request, and why it was not available when the ranking was made.</summary>
public readonly record struct Candidate(DeploymentState State, SkipReason? Skip);
