using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>What this instance learns about availability, by the hour, until it is written. Holds two hours or three, whatever the load.
/// Thread-safe.</summary>
public sealed class AvailabilityTally
{
    // Sheets of several instances are merged an hour after that, so that none is merged and then written again.
    internal static readonly TimeSpan WrittenWithin = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<DateTimeOffset, HourTally> _hours = [];
    private readonly DeploymentRegistry _registry;
    private readonly TimeProvider _time;
    private readonly TimeSpan _hold;

    /// <summary>The name under which this process writes.</summary>
    internal string Instance { get; } = $"{Environment.MachineName}-{Guid.NewGuid():N}";

    internal AvailabilityTally(DeploymentRegistry registry, AvailabilityOptions options, TimeProvider time)
    {
        (_registry, _time, _hold) = (registry, time, options.EvidenceHolds);
    }

    /// <summary>Counts a request of a caller that has ended.</summary>
    /// <param name="model">One of the catalog's.</param>
    /// <param name="fate">What became of it.</param>
    /// <param name="failover">From its first failure to its first success at another deployment, if there were both.</param>
    public void AddRequest(string model, RequestFate fate, TimeSpan? failover)
    {
        lock (_lock)
            HourOf(_time.GetUtcNow()).AddRequest(model, fate, failover);
    }

    /// <summary>What was learnt about a deployment holds for that long.</summary>
    internal void AddSeen(DeploymentId deployment, Period period)
    {
        lock (_lock)
            Split(period, (hour, part) => hour.AddSeen(deployment.ToString(), part));
    }

    internal void AddThrottled(DeploymentId deployment, Period period)
    {
        lock (_lock)
            Split(period, (hour, part) => hour.AddThrottled(deployment.ToString(), part));
    }

    /// <summary>Its endpoint, a standby, was not running and nobody missed it.</summary>
    internal void AddStandingBy(DeploymentId deployment, Period period)
    {
        lock (_lock)
            Split(period, (hour, part) => hour.AddStandingBy(deployment.ToString(), part));
    }

    /// <summary>Its endpoint, a standby, was needed and not ready.</summary>
    internal void AddAwaited(DeploymentId deployment, Period period)
    {
        lock (_lock)
            Split(period, (hour, part) => hour.AddAwaited(deployment.ToString(), part));
    }

    /// <summary>Takes what all deployments have learnt since the last time, and forgets the hours that are too old to be written.</summary>
    internal void Collect()
    {
        var evidence = _registry.All.Select(state => (state.Id, Period: state.Evidence.Take())).ToList();
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            foreach (var (id, period) in evidence)
            {
                if (period is { } seen)
                    Split(seen, (hour, part) => hour.AddSeen(id.ToString(), part));
            }

            // Who learnt anything also tells which deployments there are: nobody may have learnt anything about some.
            if (_hours.TryGetValue(HourSheet.HourOf(now), out var current))
                evidence.ForEach(one => current.Know(one.Id.ToString()));
            foreach (var old in _hours.Keys.Where(hour => hour + HourSheet.Length + WrittenWithin <= now).ToList())
                _hours.Remove(old);
        }
    }

    /// <summary>The sheets with something to write; counted as written from then on.</summary>
    internal IReadOnlyList<(DateTimeOffset Hour, HourSheet Sheet)> TakeChanged()
    {
        lock (_lock)
        {
            var changed = _hours.Values.Where(hour => hour.IsChanged).ToList();
            changed.ForEach(hour => hour.IsChanged = false);
            return [.. changed.Select(hour => (hour.Hour, hour.ToSheet()))];
        }
    }

    /// <summary>A sheet could not be written.</summary>
    internal void SetChanged(DateTimeOffset hour)
    {
        lock (_lock)
        {
            if (_hours.TryGetValue(hour, out var tally))
                tally.IsChanged = true;
        }
    }

    /// <summary>The sheets of all hours it holds.</summary>
    internal IReadOnlyDictionary<DateTimeOffset, HourSheet> Peek()
    {
        lock (_lock)
            return _hours.ToDictionary(hour => hour.Key, hour => hour.Value.ToSheet());
    }

    private void Split(Period period, Action<HourTally, Period> add)
    {
        for (var from = period.From; ; from = HourSheet.HourOf(from) + HourSheet.Length)
        {
            var end = HourSheet.HourOf(from) + HourSheet.Length;
            add(HourOf(from), new(from, end < period.To ? end : period.To));
            if (end >= period.To)
                return;
        }
    }

    private HourTally HourOf(DateTimeOffset moment)
    {
        var hour = HourSheet.HourOf(moment);
        if (!_hours.TryGetValue(hour, out var tally))
            _hours[hour] = tally = new(hour, _hold);
        return tally;
    }
}
