using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Health;

/// <summary>Notes for availability when a deployment could not be asked because its endpoint, a standby, was not ready: whether it was
/// needed then, or nobody missed it. Of the time between two looks it counts what the first one saw. Thread-safe.</summary>
internal sealed class StandbyWatch(AvailabilityTally tally, StandbyOptions options)
{
    // In ticks: an instance that slept for longer does not know what was meanwhile.
    private const int LongestSleep = 30;

    private readonly Lock _lock = new();
    private Dictionary<DeploymentId, Sight> _last = [];

    /// <param name="standbys">The endpoints that need not be running.</param>
    /// <param name="all">Every deployment.</param>
    /// <param name="isFresh">Whether this instance knows what the others know. If not, it tells only of what it did alone.</param>
    /// <param name="now">From the TimeProvider.</param>
    public void Look(IEnumerable<EndpointState> standbys, IReadOnlyCollection<DeploymentState> all, bool isFresh, DateTimeOffset now)
    {
        lock (_lock)
        {
            var seen = new Dictionary<DeploymentId, Sight>();
            foreach (var deployment in standbys.SelectMany(standby => standby.Deployments))
            {
                var last = _last.TryGetValue(deployment.Id, out var sight) ? sight : (Sight?)null;
                var row = deployment.Endpoint.Standby.Row;
                if (isFresh || deployment.Endpoint.Standby.IsUnsaved)
                {
                    if (last is { } before)
                        Note(deployment.Id, before, row, now);
                    seen[deployment.Id] = new(now, row.Phase == StandbyPhase.Ready, StandbyDemand.Judge(deployment, all, now) == BetterTiers.Out);
                }
                else if (last is { } known)
                {
                    seen[deployment.Id] = known;
                }
            }

            _last = seen;
        }
    }

    private void Note(DeploymentId id, Sight last, StandbyRow row, DateTimeOffset now)
    {
        if (last.IsReady || now - last.At > options.Tick * LongestSleep)
            return;
        // When it became ready is known to the moment.
        var end = row.Phase == StandbyPhase.Ready && row.Since < now ? row.Since : now;
        if (end <= last.At)
            return;
        if (last.IsAwaited)
            tally.AddAwaited(id, new(last.At, end));
        else
            tally.AddStandingBy(id, new(last.At, end));
    }

    private readonly record struct Sight(DateTimeOffset At, bool IsReady, bool IsAwaited);
}
