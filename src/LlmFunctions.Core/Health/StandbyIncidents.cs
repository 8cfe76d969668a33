namespace LlmFunctions.Core.Health;

/// <summary>Tells availability that a standby could not be started, and that this is over, for each of its deployments. Who wrote
/// either into the shared row tells it, so it is told once.</summary>
internal sealed class StandbyIncidents(DeploymentRegistry registry)
{
    /// <param name="endpoint">The standby.</param>
    /// <param name="since">When the first of the starts in a row failed.</param>
    /// <param name="cause">Why this one did.</param>
    /// <param name="now">From the TimeProvider.</param>
    public void Begin(EndpointState endpoint, DateTimeOffset since, string cause, DateTimeOffset now)
    {
        foreach (var (state, row) in endpoint.Deployments.Select(state => (state, state.ToRow())).Where(one => !one.Item2.Draining))
            registry.Transitions.Add(new(state.Id, HealthChange.StandbyFailed, now, since, row, cause));
    }

    /// <summary>It is ready, or no longer needed.</summary>
    public void End(EndpointState endpoint, DateTimeOffset now)
    {
        foreach (var state in endpoint.Deployments)
            registry.Transitions.Add(new(state.Id, HealthChange.StandbySettled, now, null, state.ToRow()));
    }
}
