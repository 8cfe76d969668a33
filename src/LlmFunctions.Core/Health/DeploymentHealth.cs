using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>What reports and shared rows make of one deployment. Not thread-safe: its <see cref="DeploymentState"/> holds the lock.</summary>
internal sealed class DeploymentHealth(HealthOptions options, Random random)
{
    private readonly Throttle _throttle = new(options);
    private readonly Misconfiguration _misconfiguration = new(options);
    private bool _drainingIsNews;
    private DateTimeOffset? _lastSuccess;
    private string? _etag;

    public CircuitBreaker Circuit { get; } = new(options, random);

    public PeakLatency Latency { get; } = new();

    public bool Draining { get; private set; }

    /// <summary>When a caller last had a sound answer.</summary>
    public DateTimeOffset? LastLiveSuccess { get; private set; }

    /// <summary>Whatever keeps it away except its circuit.</summary>
    public SkipReason? GetAbsence(DateTimeOffset now, bool isStandingBy) =>
        Draining ? new(SkipKind.Draining, null)
        // What else is known of an endpoint that does not run is old.
        : isStandingBy ? new(SkipKind.Standby, null)
        : _misconfiguration.IsInForce(now) ? new(SkipKind.Misconfigured, _misconfiguration.Until)
        : now < _throttle.Until ? new(SkipKind.Throttled, _throttle.Until)
        : null;

    public bool IsThrottled(DateTimeOffset now) => now < _throttle.Until;

    public HealthChange SetDraining(bool draining)
    {
        if (Draining == draining)
            return HealthChange.None;
        (Draining, _drainingIsNews) = (draining, true);
        return HealthChange.Draining;
    }

    public HealthChange Succeed(AttemptLease lease, DateTimeOffset now)
    {
        var change = Circuit.Succeed(now, lease.Generation, lease.Trial) ? HealthChange.Closed : HealthChange.None;
        _throttle.Succeed(lease.Began);
        // A success of an attempt that began before the key was refused says nothing about the key.
        if (!_misconfiguration.IsBefore(lease.Began))
            return change;
        _lastSuccess = now;
        return change | Mend(now);
    }

    public HealthChange Fail(long generation, Guid? trial, FailureKind kind, DateTimeOffset now) =>
        Circuit.Fail(now, generation, trial, kind) ? HealthChange.Opened : HealthChange.None;

    /// <summary>What a health path or list of models taught.</summary>
    public HealthChange ReportProbe(HealthSignal signal, DateTimeOffset began, long generation, DateTimeOffset now) => signal switch
    {
        HealthSignal.Success when Circuit.SucceedProbe(now, generation) => HealthChange.Closed,
        HealthSignal.Success => Circuit.LeaveTrialToCallers(generation) ? HealthChange.TrialFree : HealthChange.None,
        HealthSignal.Failure failure => Circuit.FailProbe(now, generation, failure.Kind) ? HealthChange.Opened : HealthChange.None,
        _ => StayAway(signal, began, now),
    };

    /// <summary>The success was a caller's.</summary>
    public void SucceedLive(TimeSpan timeToFirstContent, DateTimeOffset now)
    {
        Latency.Add(timeToFirstContent, now);
        LastLiveSuccess = now;
    }

    public HealthChange Mend(DateTimeOffset now) => _misconfiguration.Mend(now) ? HealthChange.Mended : HealthChange.None;

    /// <summary>What neither proves nor disproves that the deployment works.</summary>
    public HealthChange StayAway(HealthSignal signal, DateTimeOffset began, DateTimeOffset now)
    {
        if (signal is HealthSignal.Throttled)
            Circuit.SlowRamp(now);
        return signal switch
        {
            HealthSignal.Throttled throttled when _throttle.Report(throttled.Wait, began, now) => HealthChange.Throttled,
            HealthSignal.Misconfigured wrong when _misconfiguration.Set(wrong.Reason, now) => HealthChange.Misconfigured,
            _ => HealthChange.None,
        };
    }

    public HealthRow ToRow(DeploymentId id) => new()
    {
        Id = id,
        Generation = Circuit.Generation,
        OpenUntil = Circuit.OpenUntil,
        Breaks = Circuit.Breaks,
        LastFailure = Circuit.LastFailure,
        OpenedByProbe = Circuit.OpenedByProbe,
        ClosedAt = Circuit.ClosedAt,
        TrialId = Circuit.Trial.Id,
        TrialUntil = Circuit.Trial.Until,
        IsTrialLeftToCallers = Circuit.Trial.IsLeftToCallers,
        IsLastResortTaken = Circuit.Trial.IsLastResortTaken,
        ThrottledUntil = _throttle.Until == default ? null : _throttle.Until,
        MisconfiguredUntil = _misconfiguration.Until,
        MisconfiguredReason = _misconfiguration.Reason,
        Draining = Draining,
        LastSuccess = _lastSuccess,
        ETag = _etag,
    };

    public HealthChange Merge(HealthRow row, DateTimeOffset now)
    {
        var change = HealthChange.None;
        if (Circuit.Merge(row, now))
            change |= Circuit.OpenUntil is null ? HealthChange.Closed : HealthChange.Opened;
        _throttle.Merge(row.ThrottledUntil);
        _lastSuccess = _lastSuccess is null || row.LastSuccess > _lastSuccess ? row.LastSuccess : _lastSuccess;
        if (_misconfiguration.Merge(row, _lastSuccess, now))
            change |= _misconfiguration.IsInForce(now) ? HealthChange.Misconfigured : HealthChange.Mended;
        if (!_drainingIsNews && Draining != row.Draining)
            (Draining, change) = (row.Draining, change | HealthChange.Draining);
        _etag = row.ETag;
        return change;
    }

    public void ForgetStored() => _etag = null;

    public void SetPublished(HealthRow row) => _drainingIsNews = Draining != row.Draining;
}
