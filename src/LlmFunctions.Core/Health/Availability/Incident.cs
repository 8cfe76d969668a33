using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>One time that a deployment was out.</summary>
/// <param name="Deployment">Which.</param>
/// <param name="Kind">Why.</param>
/// <param name="Cause">What went wrong first: <c>timeout</c>, <c>probe: connection</c>, <c>401 invalid_api_key</c>,
/// <c>the start hook failed: 503</c>.</param>
/// <param name="StartedAt">The first of the failures that opened the circuit; else when it was learnt.</param>
/// <param name="EndedAt">When the circuit closed, it answered again, or its standby was ready or not needed; null: not yet.</param>
public sealed record Incident(DeploymentId Deployment, IncidentKind Kind, string Cause, DateTimeOffset StartedAt, DateTimeOffset? EndedAt)
{
    public bool IsDown => Kind != IncidentKind.Draining;
}
