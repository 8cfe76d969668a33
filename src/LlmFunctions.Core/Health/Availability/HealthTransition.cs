using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>A change of a deployment's health that this instance made or learnt.</summary>
/// <param name="Deployment">Whose.</param>
/// <param name="Change">What changed.</param>
/// <param name="At">When.</param>
/// <param name="FailingSince">The first of the failures that opened the circuit, or of the starts of its standby.</param>
/// <param name="Row">Its health after it.</param>
/// <param name="Cause">Why its standby could not be started.</param>
internal sealed record HealthTransition(
    DeploymentId Deployment, HealthChange Change, DateTimeOffset At, DateTimeOffset? FailingSince, HealthRow Row, string? Cause = null);
