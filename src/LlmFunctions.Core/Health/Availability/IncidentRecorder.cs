using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>Makes incidents of transitions, off the request path. Whoever makes a transition records it, so an incident is begun by the
/// instance that opened the circuit and ended by the one that closed it. While the store cannot be reached, they wait.</summary>
internal sealed partial class IncidentRecorder(
    DeploymentRegistry registry, AvailabilityTally tally, IAvailabilityStore store, TimeProvider time, ILogger<IncidentRecorder> logger) : BackgroundService
{
    private const int MostPending = 10_000;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(2);

    // A circuit that opens anew after a trial goes on with its incident: nothing to write each time.
    private readonly HashSet<DeploymentId> _openCircuits = [];

    // Begun, or ended if they have an end.
    private readonly Queue<Incident> _pending = new();
    private long _lost;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(FlushLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await RecordAllAsync(either.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (_pending.Count > 0 || await registry.Transitions.WaitAsync(stoppingToken))
        {
            var recorded = await RecordAllAsync(stoppingToken);
            pause = recorded ? TimeSpan.Zero : pause < ShortestPause ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            if (!recorded)
                await Task.Delay(pause, time, stoppingToken);
        }
    }

    /// <summary>Whether everything that waited was written.</summary>
    internal async Task<bool> RecordAllAsync(CancellationToken cancellationToken)
    {
        foreach (var transition in registry.Transitions.TakeAll())
            Note(transition);
        TellLost();
        while (_pending.TryPeek(out var incident))
        {
            if (!await TryWriteAsync(incident, cancellationToken))
                return false;
            _pending.Dequeue();
        }

        return true;
    }

    private void Note(HealthTransition transition)
    {
        var (id, change, at, failingSince, row, cause) = transition;
        var isOurs = !change.HasFlag(HealthChange.Learnt);
        if (change.HasFlag(HealthChange.Opened) && (_openCircuits.Add(id) || row.Breaks <= 1) && isOurs)
            Add(new(id, IncidentKind.Circuit, CauseOf(row), failingSince ?? at, null));
        if (change.HasFlag(HealthChange.Closed))
            _openCircuits.Remove(id);
        if (!isOurs)
            return;
        if (change.HasFlag(HealthChange.Closed))
            Add(new(id, IncidentKind.Circuit, "", at, at));
        if (change.HasFlag(HealthChange.Misconfigured))
            Add(new(id, IncidentKind.Misconfigured, row.MisconfiguredReason ?? "unknown", at, null));
        // Nobody asks it until then, and nobody needs to.
        if (change.HasFlag(HealthChange.Misconfigured) && row.MisconfiguredUntil > at)
            tally.AddSeen(id, new(at, row.MisconfiguredUntil.Value));
        if (change.HasFlag(HealthChange.Mended))
            Add(new(id, IncidentKind.Misconfigured, "", at, at));
        if (change.HasFlag(HealthChange.Draining))
            Add(new(id, IncidentKind.Draining, "operator", at, row.Draining ? null : at));
        if (change.HasFlag(HealthChange.StandbyFailed))
            Add(new(id, IncidentKind.StandbyFailed, cause ?? "unknown", failingSince ?? at, null));
        if (change.HasFlag(HealthChange.StandbySettled))
            Add(new(id, IncidentKind.StandbyFailed, "", at, at));
        if (change.HasFlag(HealthChange.Throttled) && row.ThrottledUntil > at)
            tally.AddThrottled(id, new(at, row.ThrottledUntil.Value));
    }

    private void Add(Incident incident)
    {
        if (_pending.Count < MostPending)
            _pending.Enqueue(incident);
        else
            _lost++;
    }

    private async Task<bool> TryWriteAsync(Incident incident, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(WriteLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The wait ends even if a storage client does not mind its token.
            var write = incident.EndedAt is { } endedAt
                ? store.CloseIncidentAsync(incident.Deployment, incident.Kind, endedAt, either.Token)
                : store.OpenIncidentAsync(incident, either.Token);
            await write.WaitAsync(either.Token);
            return true;
        }
        catch (StorageUnavailableException e)
        {
            LogLater(_pending.Count, e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            LogLater(_pending.Count, "no answer in time");
            return false;
        }
        catch (Exception e)
        {
            // The edge of the recorder: what is wrong with one incident must not end the host.
            LogBroken(incident.Deployment, e);
            return true;
        }
    }

    private void TellLost()
    {
        var lost = _lost + registry.Transitions.TakeDropped();
        if (lost > 0)
            LogLost(lost);
        _lost = 0;
    }

    private static string CauseOf(HealthRow row)
    {
        var failure = row.LastFailure?.ToString().ToLowerInvariant() ?? "unknown";
        return row.OpenedByProbe ? $"probe: {failure}" : failure;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} changes of incidents are not written yet: {Reason}")]
    private partial void LogLater(int count, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} changes of incidents were lost, for too many waited: availability will not show them")]
    private partial void LogLost(long count);

    [LoggerMessage(Level = LogLevel.Error, Message = "An incident of {Deployment} could not be written")]
    private partial void LogBroken(DeploymentId deployment, Exception exception);
}
