namespace LlmFunctions.Core.Health;

/// <summary>Our own judgement of one deployment. Time is asked, never scheduled: an open circuit is half-open as soon as
/// the clock says so. Not thread-safe: its <see cref="DeploymentState"/> holds the lock.</summary>
internal sealed class CircuitBreaker(HealthOptions options, Random random)
{
    private readonly ResultWindow _window = new(options.Window);
    private int _failuresInARow;
    private int _probeFailuresInARow;
    private DateTimeOffset? _firstInARow;
    private long _trialsBegun;
    private long _trial;
    private DateTimeOffset _trialUntil;
    private long _lastResortGeneration = -1;
    private bool _liveMayTry;

    public long Generation { get; private set; }

    public DateTimeOffset? OpenUntil { get; private set; }

    public int Breaks { get; private set; }

    public FailureKind? LastFailure { get; private set; }

    public bool OpenedByProbe { get; private set; }

    /// <summary>The first of the failures that opened it; null: it is closed, or another instance opened it.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    public bool IsHalfOpen(DateTimeOffset now) => OpenUntil <= now;

    public bool IsTrialUnderWay(DateTimeOffset now) => _trial != 0 && now < _trialUntil;

    /// <param name="now">From the TimeProvider.</param>
    /// <param name="proberComes">Whether a prober may take the trial, so that no caller has to bear a slow failure.</param>
    public SkipReason? GetSkipReason(DateTimeOffset now, bool proberComes)
    {
        if (OpenUntil is not { } until)
            return null;
        if (now < until)
            return new(SkipKind.CircuitOpen, until);
        if (IsTrialUnderWay(now))
            return new(SkipKind.TrialPending, null);
        // A dead prober must not keep the deployment out for ever.
        var liveFrom = until + options.LiveTrialAfter;
        var slow = LastFailure is FailureKind.Timeout or FailureKind.Malformed;
        return slow && proberComes && !_liveMayTry && now < liveFrom ? new(SkipKind.TrialPending, liveFrom) : null;
    }

    /// <summary>Gives the number of the one trial of a half-open circuit, or null. It is free again at <paramref name="until"/>.</summary>
    public long? TryTakeTrial(DateTimeOffset now, DateTimeOffset until)
    {
        if (OpenUntil is null || now < OpenUntil || IsTrialUnderWay(now))
            return null;
        _trialUntil = until;
        return _trial = ++_trialsBegun;
    }

    /// <summary>As <see cref="TryTakeTrial"/>, also during the break, but once per break.</summary>
    public long? TryTakeLastResort(DateTimeOffset now, DateTimeOffset until)
    {
        if (OpenUntil is null || _lastResortGeneration == Generation || IsTrialUnderWay(now))
            return null;
        _lastResortGeneration = Generation;
        _trialUntil = until;
        return _trial = ++_trialsBegun;
    }

    public void GiveBack(long trial)
    {
        if (trial == _trial)
            _trial = 0;
    }

    /// <summary>Whether it closed the circuit.</summary>
    public bool Succeed(DateTimeOffset now, long generation, long trial)
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

        if (!IsCurrent(trial))
            return false;
        Close();
        return true;
    }

    /// <summary>Whether it opened the circuit, anew after a trial.</summary>
    public bool Fail(DateTimeOffset now, long generation, long trial, FailureKind kind)
    {
        if (generation != Generation)
            return false;
        if (OpenUntil is { } until)
        {
            // A last resort that fails during the break teaches nothing new.
            if (!IsCurrent(trial) || now < until)
                return false;
            Open(now, kind, byProbe: false);
            return true;
        }

        _failuresInARow++;
        _firstInARow ??= now;
        _window.Add(now, failed: true);
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
    public bool SucceedProbe(long generation)
    {
        if (generation != Generation)
            return false;
        _probeFailuresInARow = 0;
        _firstInARow = _failuresInARow == 0 ? null : _firstInARow;
        _liveMayTry = true;
        if (OpenUntil is null || !OpenedByProbe)
            return false;
        Close();
        return true;
    }

    public bool FailProbe(DateTimeOffset now, long generation, FailureKind kind)
    {
        if (generation != Generation || OpenUntil is not null)
            return false;
        _probeFailuresInARow++;
        _firstInARow ??= now;
        if (_failuresInARow + _probeFailuresInARow < options.ConsecutiveFailures)
            return false;
        FailingSince = _firstInARow;
        Open(now, kind, byProbe: _failuresInARow == 0);
        return true;
    }

    /// <summary>The prober will not come: callers may take the trial of this break.</summary>
    public void LetLiveTry() => _liveMayTry = true;

    /// <summary>Takes over what another instance knows. Whether that opened or closed the circuit.</summary>
    public bool Merge(HealthRow row)
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
        (Breaks, LastFailure, OpenedByProbe) = (row.Breaks, row.LastFailure, row.OpenedByProbe);
        return flips;
    }

    private bool IsCurrent(long trial) => trial != 0 && trial == _trial;

    private void Open(DateTimeOffset now, FailureKind kind, bool byProbe)
    {
        Begin(Generation + 1);
        var length = options.Break * Math.Pow(2, Math.Min(Breaks, 20));
        length = length < options.LongestBreak ? length : options.LongestBreak;
        OpenUntil = now + (length * (1 + (options.BreakJitter * ((random.NextDouble() * 2) - 1))));
        (Breaks, LastFailure, OpenedByProbe) = (Breaks + 1, kind, byProbe);
    }

    private void Close()
    {
        Begin(Generation + 1);
        (OpenUntil, Breaks, LastFailure, OpenedByProbe, FailingSince) = (null, 0, null, false, null);
    }

    private void Begin(long generation)
    {
        Generation = generation;
        _window.Clear();
        _failuresInARow = _probeFailuresInARow = 0;
        _firstInARow = null;
        _trial = 0;
        _liveMayTry = false;
    }
}
