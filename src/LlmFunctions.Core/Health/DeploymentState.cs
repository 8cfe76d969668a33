using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>What is known about one deployment now. Thread-safe.</summary>
public sealed class DeploymentState
{
    private static readonly TimeSpan TrialGrace = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Action<DeploymentState, HealthChange> _changed;
    private readonly bool _probing;
    private readonly CircuitBreaker _circuit;
    private readonly Throttle _throttle;
    private readonly Misconfiguration _misconfiguration;
    private readonly PeakLatency _latency = new();
    private volatile DeploymentConfig _config;
    private volatile EndpointState _endpoint;
    private volatile int _inFlight;
    private volatile bool _draining;
    private bool _drainingIsNews;
    private DateTimeOffset? _lastSuccess;
    private string? _etag;

    internal DeploymentState(DeploymentConfig config, EndpointState endpoint, TimeProvider time, Random random,
        HealthOptions options, bool probing, Action<DeploymentState, HealthChange> changed)
    {
        _config = config;
        _endpoint = endpoint;
        _time = time;
        _changed = changed;
        _probing = probing;
        _circuit = new(options, random);
        _throttle = new(options);
        _misconfiguration = new(options);
        Id = config.Id;
    }

    public DeploymentId Id { get; }

    /// <summary>As the catalog in force has it.</summary>
    public DeploymentConfig Config => _config;

    public int InFlight => _inFlight;

    /// <summary>Peak EWMA of the time to first content; null before the first success.</summary>
    public TimeSpan? Latency
    {
        get { lock (_lock) return _latency.Get(_time.GetUtcNow()); }
    }

    /// <summary>Why it may not be chosen now, or null when it is available. Changes nothing.</summary>
    public SkipReason? GetSkipReason(DateTimeOffset now)
    {
        lock (_lock)
            return GetAbsence(now) ?? _circuit.GetSkipReason(now, ProberComes) ?? GetFullness();
    }

    /// <summary>Begins an attempt if the deployment is available; a half-open circuit gives its one trial.</summary>
    /// <param name="now">From the TimeProvider.</param>
    /// <param name="limit">The longest the attempt may take; a trial's lease lasts that and 5 s.</param>
    public AttemptLease? TryBegin(DateTimeOffset now, TimeSpan limit)
    {
        lock (_lock)
        {
            if (GetAbsence(now) is not null || GetFullness() is not null || _circuit.GetSkipReason(now, ProberComes) is not null)
                return null;
            return Begin(now, _circuit.TryTakeTrial(now, now + limit + TrialGrace) ?? 0, byProber: false);
        }
    }

    /// <summary>Begins the one attempt that an open circuit allows per break when nothing else is available. Never
    /// while throttled, misconfigured, draining or full.</summary>
    public AttemptLease? TryBeginLastResort(DateTimeOffset now, TimeSpan limit)
    {
        lock (_lock)
        {
            return GetAbsence(now) is null && GetFullness() is null
                && _circuit.TryTakeLastResort(now, now + limit + TrialGrace) is { } trial ? Begin(now, trial, byProber: false) : null;
        }
    }

    /// <summary>Takes the deployment out for good, or lets it back in: no new attempts, those in flight go on.</summary>
    public void SetDraining(bool draining)
    {
        lock (_lock)
        {
            if (_draining == draining)
                return;
            (_draining, _drainingIsNews) = (draining, true);
        }

        _changed(this, HealthChange.Draining);
    }

    /// <summary>What other instances should know, as a row to write over the one last read.</summary>
    public HealthRow ToRow()
    {
        lock (_lock)
        {
            return new()
            {
                Id = Id,
                Generation = _circuit.Generation,
                OpenUntil = _circuit.OpenUntil,
                Breaks = _circuit.Breaks,
                LastFailure = _circuit.LastFailure,
                OpenedByProbe = _circuit.OpenedByProbe,
                ThrottledUntil = _throttle.Until == default ? null : _throttle.Until,
                MisconfiguredUntil = _misconfiguration.Until,
                MisconfiguredReason = _misconfiguration.Reason,
                Draining = _draining,
                LastSuccess = _lastSuccess,
                ETag = _etag,
            };
        }
    }

    /// <summary>Takes over what the row knows better: the newer circuit, the later deadlines.</summary>
    public void Merge(HealthRow row)
    {
        HealthChange change;
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            change = _circuit.Merge(row) ? Circuit() : HealthChange.None;
            _throttle.Merge(row.ThrottledUntil);
            _lastSuccess = row.LastSuccess > _lastSuccess || _lastSuccess is null ? row.LastSuccess : _lastSuccess;
            if (_misconfiguration.Merge(row, _lastSuccess, now))
                change |= _misconfiguration.IsInForce(now) ? HealthChange.Misconfigured : HealthChange.Mended;
            if (!_drainingIsNews && _draining != row.Draining)
                (_draining, change) = (row.Draining, change | HealthChange.Draining);
            _etag = row.ETag;
        }

        Tell(change == HealthChange.None ? change : change | HealthChange.Learnt);
    }

    /// <summary>The row was written as it is.</summary>
    internal void SetPublished(HealthRow row)
    {
        lock (_lock)
            _drainingIsNews = _draining != row.Draining;
    }

    /// <summary>Takes over a new catalog. What the operator changed may have mended it.</summary>
    internal void Configure(DeploymentConfig config, EndpointState endpoint)
    {
        var changed = config.Endpoint != _config.Endpoint || config.NameThere != _config.NameThere;
        _config = config;
        _endpoint = endpoint;
        var mended = false;
        lock (_lock)
            mended = changed && _misconfiguration.Mend(_time.GetUtcNow());
        Tell(mended ? HealthChange.Mended : HealthChange.None);
    }

    internal void Report(AttemptLease lease, HealthSignal signal)
    {
        var now = _time.GetUtcNow();
        var (change, spreads) = (HealthChange.None, false);
        lock (_lock)
        {
            spreads = signal is HealthSignal.Failure { Kind: FailureKind.Connection } && lease.Generation == _circuit.Generation;
            change = signal switch
            {
                HealthSignal.Success success => Succeed(lease, success, now),
                HealthSignal.Failure failure => Fail(lease, failure.Kind, now),
                _ => StayAway(signal, lease.Began, now),
            };
            _circuit.GiveBack(lease.Trial);
        }

        Tell(change);
        if (spreads)
            _endpoint.SpreadConnectionFailure(this);
    }

    internal void End(AttemptLease lease)
    {
        if (!lease.ByProber)
            Interlocked.Decrement(ref _inFlight);
    }

    /// <summary>A sibling could not connect. Decides about no trial.</summary>
    internal void FailWithSibling()
    {
        var opened = false;
        lock (_lock)
            opened = _circuit.Fail(_time.GetUtcNow(), _circuit.Generation, trial: 0, FailureKind.Connection);
        Tell(opened ? HealthChange.Opened : HealthChange.None);
    }

    private HealthChange Succeed(AttemptLease lease, HealthSignal.Success success, DateTimeOffset now)
    {
        var closed = _circuit.Succeed(now, lease.Generation, lease.Trial);
        _throttle.Succeed(lease.Began);
        if (!lease.ByProber)
        {
            _latency.Add(success.TimeToFirstContent, now);
            _endpoint.RecordLiveSuccess(now);
        }

        // A success of an attempt that began before the key was refused says nothing about the key.
        if (!_misconfiguration.IsBefore(lease.Began))
            return closed ? HealthChange.Closed : HealthChange.None;
        _lastSuccess = now;
        return (closed ? HealthChange.Closed : 0) | (_misconfiguration.Mend(now) ? HealthChange.Mended : 0);
    }

    private HealthChange Fail(AttemptLease lease, FailureKind kind, DateTimeOffset now)
    {
        var isNew = kind != FailureKind.Reset || _endpoint.TryRecordLoss(lease.Began, now) || lease.IsTrial;
        return isNew && _circuit.Fail(now, lease.Generation, lease.Trial, kind) ? HealthChange.Opened : HealthChange.None;
    }

    private HealthChange StayAway(HealthSignal signal, DateTimeOffset began, DateTimeOffset now) => signal switch
    {
        HealthSignal.Throttled throttled when _throttle.Report(throttled.Wait, began, now) => HealthChange.Throttled,
        HealthSignal.Misconfigured wrong when _misconfiguration.Set(wrong.Reason, now) => HealthChange.Misconfigured,
        _ => HealthChange.None,
    };

    private bool ProberComes => _probing && _config.Endpoint.Probe.Kind != ProbeKind.None;

    private SkipReason? GetAbsence(DateTimeOffset now) =>
        _draining ? new(SkipKind.Draining, null)
        : _misconfiguration.IsInForce(now) ? new(SkipKind.Misconfigured, _misconfiguration.Until)
        : now < _throttle.Until ? new(SkipKind.Throttled, _throttle.Until)
        : null;

    private SkipReason? GetFullness() => _inFlight >= _config.MaxConcurrent ? new(SkipKind.Full, null) : null;

    private AttemptLease Begin(DateTimeOffset now, long trial, bool byProber)
    {
        if (!byProber)
            Interlocked.Increment(ref _inFlight);
        return new(this, now, _circuit.Generation, trial, byProber);
    }

    private HealthChange Circuit() => _circuit.OpenUntil is null ? HealthChange.Closed : HealthChange.Opened;

    private void Tell(HealthChange change)
    {
        if (change != HealthChange.None)
            _changed(this, change);
    }
}
