namespace LlmFunctions.Core.Health.Availability;

/// <summary>What is to be done with hours and incidents from time to time. Every instance may do it.</summary>
public sealed class AvailabilityTidier
{
    // An hour is merged only when no instance writes it any more, whatever its clock says.
    private static readonly TimeSpan MergedAfter = AvailabilityTally.WrittenWithin + TimeSpan.FromHours(1);
    private static readonly TimeSpan LooksBack = TimeSpan.FromHours(48);
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly IAvailabilityStore _store;
    private readonly DeploymentRegistry _registry;
    private readonly HealthRefresher _health;
    private readonly AvailabilityOptions _options;
    private readonly TimeProvider _time;

    internal AvailabilityTidier(
        IAvailabilityStore store, DeploymentRegistry registry, HealthRefresher health, AvailabilityOptions options, TimeProvider time)
    {
        (_store, _registry, _health, _options, _time) = (store, registry, health, options, time);
    }

    /// <summary>Ends incidents that nobody could end, merges the sheets of instances, and removes what was kept long enough.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await EndOrphansAsync(cancellationToken);
        var now = _time.GetUtcNow();
        var until = HourSheet.HourOf(now - MergedAfter);
        await _store.MergeSheetsAsync(until - LooksBack, until, _options.EvidenceHolds, cancellationToken);
        await _store.PurgeAsync(now - _options.Keep, cancellationToken);
    }

    /// <summary>An instance may die between closing a circuit and telling so, and a deployment may leave the catalog while it is out.</summary>
    private async Task EndOrphansAsync(CancellationToken cancellationToken)
    {
        await _health.EnsureFreshAsync(cancellationToken);
        // Without a catalog and the shared health nothing can be said.
        if (_registry.All.Count == 0 || _health.Age is not { } age || age > Fresh)
            return;
        var states = _registry.All.ToDictionary(state => state.Id);
        foreach (var incident in await _store.ListOpenIncidentsAsync(cancellationToken))
        {
            var now = _time.GetUtcNow();
            if (incident.StartedAt + Settled < now && !GoesOn(incident, states.GetValueOrDefault(incident.Deployment)))
                await _store.CloseIncidentAsync(incident.Deployment, incident.Kind, now, cancellationToken);
        }
    }

    private static bool GoesOn(Incident incident, DeploymentState? state) => state?.ToRow() is { } row && incident.Kind switch
    {
        IncidentKind.StandbyFailed => state.Standby?.FailingSince is not null,
        IncidentKind.Circuit => row.OpenUntil is not null,
        IncidentKind.Misconfigured => row.MisconfiguredUntil is not null,
        _ => row.Draining,
    };
}
