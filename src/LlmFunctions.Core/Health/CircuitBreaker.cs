namespace LlmFunctions.Core.Health;

/// <summary>Our own judgement of one deployment. Time is asked, never scheduled: an open circuit is half-open as soon as
/// the clock says so. Not thread-safe: its <see cref="DeploymentState"/> holds the lock.</summary>
internal sealed class CircuitBreaker(HealthOptions options, Random random)
{
    private readonly ResultWindow _window = new(options.Window);
    private readonly Ramp _ramp = new();
    private int _failuresInARow;
    private int _probeFailuresInARow;
    private DateTimeOffset? _firstInARow;

    public long Generation { get; private set; }

    public DateTimeOffset? OpenUntil { get; private set; }

    public int Breaks { get; private set; }

    public FailureKind? LastFailure { get; private set; }

    public bool OpenedByProbe { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>The first of the failures that opened it; null: it is closed, or another instance opened it.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    public TrialLease Trial { get; } = new();

    public bool IsHalfOpen(DateTimeOffset now) => OpenUntil <= now;

    /// <param name="now">From the TimeProvider.</param>
    /// <param name="proberComes">Whether a prober may take the trial, so that no caller has to bear a slow failure.</param>
    /// <param name="inFlight">How many attempts are in flight, for the ramp.</param>
    public SkipReason? GetSkipReason(DateTimeOffset now, bool proberComes, int inFlight)
    {
        if (OpenUntil is not { } until)
            return _ramp.GetSkipReason(now, inFlight);
        if (now < until)
            return new(SkipKind.CircuitOpen, until);
        if (Trial.IsUnderWay(now))
            return new(SkipKind.TrialPending, null);
        // A dead prober must not keep the deployment out for ever.
        var liveFrom = until + options.LiveTrialAfter;
        var slow = LastFailure is FailureKind.Timeout or FailureKind.Malformed;
        return slow && proberComes && !Trial.IsLeftToCallers && now < liveFrom ? new(SkipKind.TrialPending, liveFrom) : null;
    }

    /// <summary>Gives the id of the one trial of a half-open circuit, or null. It is free again at <paramref name="until"/>.</summary>
    public Guid? TryTakeTrial(DateTimeOffset now, DateTimeOffset until) =>
        OpenUntil is null || now < OpenUntil || Trial.IsUnderWay(now) ? null : Trial.Take(until, isLastResort: false);

    /// <summary>As <see cref="TryTakeTrial"/>, also during the break, but once per break.</summary>
    public Guid? TryTakeLastResort(DateTimeOffset now, DateTimeOffset until) =>
        OpenUntil is null || Trial.IsLastResortTaken || Trial.IsUnderWay(now) ? null : Trial.Take(until, isLastResort: true);

    public bool MayBeginTrial(Guid? trial, DateTimeOffset now) => Trial.MayBegin(trial, IsHalfOpen(now));

    /// <summary>Whether it closed the circuit.</summary>
    public bool Succeed(DateTimeOffset now, long generation, Guid? trial)
    {
        if (generation != Generation)
            return false;
        if (OpenUntil is null)
        {
            _failuresInARow = _probeFailuresInARow = 0;
            _firstInARow = null;
            _window.Add(now, failed: false);
            return false;
        }

        if (!Trial.IsHeldBy(trial))
            return false;
        Close(now);
        return true;
    }

    /// <summary>Whether it opened the circuit, anew after a trial.</summary>
    public bool Fail(DateTimeOffset now, long generation, Guid? trial, FailureKind kind)
    {
        if (generation != Generation)
            return false;
        if (OpenUntil is { } until)
        {
            // A last resort that fails during the break teaches nothing new.
            if (!Trial.IsHeldBy(trial) || now < until)
                return false;
            Open(now, kind, byProbe: false);
            return true;
        }

        _failuresInARow++;
        _firstInARow ??= now;
        _window.Add(now, failed: true);
        _ramp.Repeat(now);
        var (results, failures) = _window.Count(now);
        var inARow = _failuresInARow + _probeFailuresInARow >= options.ConsecutiveFailures;
        if (!inARow
            && (results < options.MinimumResults || failures < options.FailureRatio * results))
            return false;
        FailingSince = inARow ? _firstInARow : _window.FirstFailure(now);
        Open(now, kind, byProbe: false);
        return true;
    }

    /// <summary>A health path or list of models was green: proves no completion, so it closes only what probes opened.</summary>
    public bool SucceedProbe(DateTimeOffset now, long generation)
    {
        if (generation != Generation)
            return false;
        _probeFailuresInARow = 0;
        _firstInARow = _failuresInARow == 0 ? null : _firstInARow;
        if (OpenUntil is null || !OpenedByProbe)
            return false;
        Close(now);
        return true;
    }

    public bool FailProbe(DateTimeOffset now, long generation, FailureKind kind)
    {
        if (generation != Generation || OpenUntil is not null)
            return false;
        _probeFailuresInARow++;
        _ramp.Repeat(now);
        _firstInARow ??= now;
        if (_failuresInARow + _probeFailuresInARow < options.ConsecutiveFailures)
            return false;
        FailingSince = _firstInARow;
        Open(now, kind, byProbe: _failuresInARow == 0);
        return true;
    }

    /// <summary>Callers may take the trial of this break, which was the prober's. Whether that is news.</summary>
    public bool LeaveTrialToCallers(long generation) => generation == Generation && OpenUntil is not null && Trial.LeaveToCallers();

    /// <summary>The endpoint asked to be left alone: no second in which it does is clean.</summary>
    public void SlowRamp(DateTimeOffset now) => _ramp.Repeat(now);

    /// <summary>Takes over what another instance knows. Whether that opened or closed the circuit.</summary>
    public bool Merge(HealthRow row, DateTimeOffset now)
    {
        if (row.Generation < Generation)
            return false;
        var flips = row.OpenUntil.HasValue != OpenUntil.HasValue;
        var newer = flips || row.Generation > Generation;
        if (newer)
            Begin(row.Generation);
        if (flips)
            FailingSince = null;
        // Two instances that opened the same circuit at once agree on the longer break.
        if (newer || row.OpenUntil > OpenUntil)
            OpenUntil = row.OpenUntil;
        (Breaks, LastFailure, OpenedByProbe, ClosedAt) = (row.Breaks, row.LastFailure, row.OpenedByProbe, row.ClosedAt);
        Trial.Merge(row, now);
        // From when it closed, not from when that was learnt: an instance that is new or slept ramps with the others, or not at all.
        if (newer && OpenUntil is null && ClosedAt is { } closedAt)
            _ramp.Begin(closedAt < now ? closedAt : now);
        return flips;
    }

    private void Open(DateTimeOffset now, FailureKind kind, bool byProbe)
    {
        Begin(Generation + 1);
        var length = options.Break * Math.Pow(2, Math.Min(Breaks, 20));
        length = length < options.LongestBreak ? length : options.LongestBreak;
        OpenUntil = now + (length * (1 + (options.BreakJitter * ((random.NextDouble() * 2) - 1))));
        (Breaks, LastFailure, OpenedByProbe) = (Breaks + 1, kind, byProbe);
    }

    private void Close(DateTimeOffset now)
    {
        Begin(Generation + 1);
        (OpenUntil, Breaks, LastFailure, OpenedByProbe, ClosedAt, FailingSince) = (null, 0, null, false, now, null);
        _ramp.Begin(now);
    }

    private void Begin(long generation)
    {
        Generation = generation;
        _window.Clear();
        _failuresInARow = _probeFailuresInARow = 0;
        _firstInARow = null;
        Trial.Reset();
        _ramp.End();
    }
}
