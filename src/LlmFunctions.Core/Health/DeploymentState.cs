using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Health;

/// <summary>What is known about one deployment now. Thread-safe.</summary>
public sealed class DeploymentState
{
    private static readonly TimeSpan TrialGrace = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly DeploymentHealth _health;
    private readonly TimeProvider _time;
    private readonly Action<DeploymentState, HealthChange> _changed;
    private readonly bool _probing;
    private volatile DeploymentConfig _config;
    private volatile EndpointState _endpoint;
    private volatile Remainders? _remainders;
    private volatile int _inFlight;

    internal DeploymentState(DeploymentConfig config, EndpointState endpoint, TimeProvider time, Random random,
        HealthOptions options, bool probing, Action<DeploymentState, HealthChange> changed)
    {
        _config = config;
        _endpoint = endpoint;
        _time = time;
        _changed = changed;
        _probing = probing;
        _health = new(options, random);
        Id = config.Id;
    }

    public DeploymentId Id { get; }

    /// <summary>As the catalog in force has it.</summary>
    public DeploymentConfig Config => _config;

    public int InFlight => _inFlight;

    /// <summary>What is known about its endpoint when that need not be running; else null.</summary>
    public StandbyRow? Standby => _config.Endpoint.Standby is null ? null : _endpoint.Standby.Row;

    internal EndpointState Endpoint => _endpoint;

    /// <summary>Whether its endpoint is a standby that is not ready.</summary>
    internal bool IsStandingBy => Standby is { Phase: not StandbyPhase.Ready };

    internal Evidence Evidence { get; } = new();

    /// <summary>When a caller last had a sound answer.</summary>
    internal DateTimeOffset? LastLiveSuccess { get { lock (_lock) return _health.LastLiveSuccess; } }

    internal DateTimeOffset? FailingSince { get { lock (_lock) return _health.Circuit.FailingSince; } }

    private bool ProberComes => _probing && _config.Endpoint.Probe.Kind != ProbeKind.None;

    /// <summary>Peak EWMA of the time to first content; null before the first success.</summary>
    public TimeSpan? Latency { get { lock (_lock) return _health.Latency.Get(_time.GetUtcNow()); } }

    /// <summary>Until when a request of this size would not fit into what the endpoint says is left; null: it fits as far as this
    /// instance knows. It stays available.</summary>
    public DateTimeOffset? GetShortUntil(TokenEstimate size, DateTimeOffset now) => _remainders?.GetShortUntil(size, now);

    /// <summary>Why it may not be chosen now, or null when it is available. Changes nothing.</summary>
    public SkipReason? GetSkipReason(DateTimeOffset now)
    {
        lock (_lock)
            return FindSkipReason(now);
    }

    /// <summary>Begins an attempt if the deployment is available; a half-open circuit gives its one trial, which
    /// <see cref="SharedTrials"/> then claims from the other instances.</summary>
    /// <param name="now">From the TimeProvider.</param>
    /// <param name="limit">The longest the attempt may take; a trial's lease lasts that and 5 s.</param>
    internal AttemptLease? TryBegin(DateTimeOffset now, TimeSpan limit)
    {
        lock (_lock)
        {
            return FindSkipReason(now) is not null
                ? null : Begin(now, _health.Circuit.TryTakeTrial(now, now + limit + TrialGrace), byProber: false);
        }
    }

    /// <summary>Begins the one attempt that an open circuit allows per break when nothing else is available. Never
    /// while throttled, misconfigured, draining or full.</summary>
    internal AttemptLease? TryBeginLastResort(DateTimeOffset now, TimeSpan limit)
    {
        lock (_lock)
        {
            return _health.GetAbsence(now, IsStandingBy) is null && GetFullness() is null
                && _health.Circuit.TryTakeLastResort(now, now + limit + TrialGrace) is { } trial ? Begin(now, trial, byProber: false) : null;
        }
    }

    /// <summary>Begins a completion of the prober, which is no caller's: not counted as in flight, and let through where
    /// callers are kept out by a misconfiguration or by the trial being kept for the prober.</summary>
    internal AttemptLease? TryBeginProbe(DateTimeOffset now, TimeSpan limit)
    {
        lock (_lock)
        {
            if (_health.Draining || _health.IsThrottled(now) || IsStandingBy)
                return null;
            var trial = _health.Circuit.TryTakeTrial(now, now + limit + TrialGrace);
            return trial is null && _health.Circuit.OpenUntil is not null ? null : Begin(now, trial, byProber: true);
        }
    }

    /// <summary>Takes the deployment out for good, or lets it back in: no new attempts, those in flight go on.</summary>
    public void SetDraining(bool draining) => Change(() => _health.SetDraining(draining));

    /// <summary>What other instances should know, as a row to write over the one last read.</summary>
    public HealthRow ToRow()
    {
        lock (_lock)
            return _health.ToRow(Id);
    }

    /// <summary>Takes over what the row knows better: the newer circuit, the later deadlines.</summary>
    public void Merge(HealthRow row)
    {
        HealthChange change;
        lock (_lock)
            change = _health.Merge(row, _time.GetUtcNow());
        Tell(change == HealthChange.None ? change : change | HealthChange.Learnt);
    }

    /// <summary>The row that claims the lease's trial from other instances; null when it may not begin any more.</summary>
    internal HealthRow? ToClaim(AttemptLease lease)
    {
        lock (_lock)
            return _health.Circuit.MayBeginTrial(lease.Trial, _time.GetUtcNow()) ? _health.ToRow(Id) : null;
    }

    /// <summary>There is no row of it any more.</summary>
    internal void ForgetStored()
    {
        lock (_lock)
            _health.ForgetStored();
    }

    /// <summary>The row was written as it is.</summary>
    internal void SetPublished(HealthRow row)
    {
        lock (_lock)
            _health.SetPublished(row);
    }

    /// <summary>Takes over a new catalog. What the operator changed may have mended it.</summary>
    internal void Configure(DeploymentConfig config, EndpointState endpoint)
    {
        var mayMend = config.Endpoint != _config.Endpoint || config.NameThere != _config.NameThere;
        _config = config;
        _endpoint = endpoint;
        if (mayMend)
            Change(() => _health.Mend(_time.GetUtcNow()));
    }

    internal bool IsHalfOpen(DateTimeOffset now)
    {
        lock (_lock)
            return _health.Circuit.IsHalfOpen(now) && !_health.Circuit.Trial.IsUnderWay(now);
    }

    /// <summary>The prober will not take the trial of the break of that generation.</summary>
    internal void LeaveTrialToCallers(long generation) =>
        Change(() => _health.Circuit.LeaveTrialToCallers(generation) ? HealthChange.TrialFree : HealthChange.None);

    internal void Report(AttemptLease lease, HealthSignal signal)
    {
        var now = _time.GetUtcNow();
        var (change, spreads) = (HealthChange.None, false);
        Evidence.Add(signal, now);
        lock (_lock)
        {
            spreads = signal is HealthSignal.Failure { Kind: FailureKind.Connection } && lease.Generation == _health.Circuit.Generation;
            change = signal switch
            {
                HealthSignal.Success success => Succeed(lease, success, now),
                HealthSignal.Failure failure => Fail(lease, failure.Kind, now),
                _ => _health.StayAway(signal, lease.Began, now),
            };
            change |= _health.Circuit.Trial.GiveBack(lease.Trial) ? HealthChange.TrialFree : HealthChange.None;
        }

        Tell(change);
        if (spreads)
            _endpoint.SpreadConnectionFailure(this, now);
    }

    /// <summary>What a probe of the whole endpoint taught, which began at that time and generation.</summary>
    internal void ReportProbe(HealthSignal signal, DateTimeOffset began, long generation) =>
        Change(() => _health.ReportProbe(signal, began, generation, _time.GetUtcNow()));

    internal void SetRemainders(Remainders remainders) => _remainders = remainders;

    internal void End(AttemptLease lease)
    {
        if (!lease.ByProber)
            Interlocked.Decrement(ref _inFlight);
    }

    /// <summary>A sibling could not connect. Decides about no trial.</summary>
    internal void FailWithSibling() =>
        Change(() => _health.Fail(_health.Circuit.Generation, trial: null, FailureKind.Connection, _time.GetUtcNow()));

    private HealthChange Succeed(AttemptLease lease, HealthSignal.Success success, DateTimeOffset now)
    {
        if (!lease.ByProber)
        {
            _health.SucceedLive(success.TimeToFirstContent, now);
            _endpoint.RecordLiveSuccess(now);
        }

        return _health.Succeed(lease, now);
    }

    private HealthChange Fail(AttemptLease lease, FailureKind kind, DateTimeOffset now)
    {
        var isNew = kind != FailureKind.Reset || _endpoint.TryRecordLoss(lease.Began, now) || lease.IsTrial;
        return isNew ? _health.Fail(lease.Generation, lease.Trial, kind, now) : HealthChange.None;
    }

    private SkipReason? FindSkipReason(DateTimeOffset now) =>
        _health.GetAbsence(now, IsStandingBy) ?? _health.Circuit.GetSkipReason(now, ProberComes, _inFlight) ?? GetFullness();

    private SkipReason? GetFullness() => _inFlight >= _config.MaxConcurrent ? new(SkipKind.Full, null) : null;

    private AttemptLease Begin(DateTimeOffset now, Guid? trial, bool byProber)
    {
        if (!byProber)
            Interlocked.Increment(ref _inFlight);
        return new(this, now, _health.Circuit.Generation, trial, byProber);
    }

    private void Change(Func<HealthChange> make)
    {
        HealthChange change;
        lock (_lock)
            change = make();
        Tell(change);
    }

    private void Tell(HealthChange change)
    {
        if (change != HealthChange.None)
            _changed(this, change);
    }
}
