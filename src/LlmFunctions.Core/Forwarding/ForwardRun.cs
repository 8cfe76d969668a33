using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>What one request has tried so far, and what it may try next. Used by one request only.</summary>
internal sealed class ForwardRun(ForwardPlan plan, TimeSpan limit, TimeProvider time)
{
    private const int MostCountedByStatus = 2;

    // Lists: a request tries a few deployments, most often one.
    private readonly List<DeploymentState> _tried = new(1);
    private readonly List<DeploymentState> _countedByStatus = [];
    private readonly AttemptLog _attempts = new();
    private readonly TimeSpan _allowance = plan.Deadline - time.GetUtcNow();
    private DeploymentState? _repeated;

    public IReadOnlyList<AttemptRecord> Attempts => _attempts;

    /// <summary>The longest an attempt may take while another candidate remains.</summary>
    public TimeSpan Limit => limit;

    /// <summary>When the next answer must have begun.</summary>
    public DateTimeOffset Deadline { get; private set; } = plan.Deadline;

    public bool IsPastDeadline => time.GetUtcNow() >= Deadline;

    /// <summary>Begins the next attempt at a deployment that was not tried yet; null when there is none or the bounds are reached.</summary>
    public AttemptLease? TryBeginNext()
    {
        if (_attempts.Count >= plan.MaxAttempts || IsPastDeadline)
            return null;

        var now = time.GetUtcNow();
        foreach (var state in plan.Deployments)
        {
            if (!_tried.Contains(state) && state.TryBegin(now, limit) is { } lease)
                return Begun(lease);
        }

        return _attempts.Count == 0 ? TryBeginLastResort(now) : null;
    }

    /// <summary>Whether a failover could follow now.</summary>
    public bool AnotherRemains() => _attempts.Count + 1 < plan.MaxAttempts && FindAvailable(tier: null);

    /// <summary>Whether the failed deployment gets its quick second attempt: a lone one, once, for a failure that may be passing.</summary>
    public bool MayRepeat(AttemptLease lease, AttemptOutcome outcome) =>
        outcome is AttemptOutcome.Failed { Kind: FailureKind.Reset or FailureKind.Status, HadBegun: false }
        && !lease.IsTrial && _repeated != lease.State && _attempts.Count < plan.MaxAttempts && !FindAvailable(lease.State.Config.Tier);

    /// <summary>Begins the second attempt if the circuit still allows it.</summary>
    public AttemptLease? TryRepeat(DeploymentState state)
    {
        _repeated = state;
        return IsPastDeadline ? null : state.TryBegin(time.GetUtcNow(), limit);
    }

    /// <summary>Records an attempt and tells the deployment's health.</summary>
    public void Record(AttemptLease lease, AttemptOutcome outcome, TimeSpan duration)
    {
        _attempts.Add(new(lease.State.Id, outcome.Label, duration, lease.IsTrial));
        if (outcome is AttemptOutcome.Failed { HadBegun: true })
            RenewDeadline();
        lease.Report(SignalOf(lease.State, outcome, duration));
    }

    /// <summary>Records that the stream of the last attempt broke after it had begun.</summary>
    public void RecordBreak(string code)
    {
        _attempts.BreakLast(code);
        RenewDeadline();
    }

    // A deadline is by when an answer begins, and this one did. What goes on has as long to begin, counted from the break.
    private void RenewDeadline()
    {
        var renewed = time.GetUtcNow() + (_allowance > limit ? _allowance : limit);
        Deadline = renewed > Deadline ? renewed : Deadline;
    }

    private bool FindAvailable(int? tier)
    {
        var now = time.GetUtcNow();
        foreach (var state in plan.Deployments)
        {
            if (!_tried.Contains(state) && (tier is null || state.Config.Tier == tier) && state.GetSkipReason(now) is null)
                return true;
        }

        return false;
    }

    private AttemptLease? TryBeginLastResort(DateTimeOffset now)
    {
        foreach (var state in plan.Deployments)
        {
            if (state.TryBeginLastResort(now, limit) is { } lease)
                return Begun(lease);
        }

        return null;
    }

    // From its beginning on it is no candidate that remains, or the last one would be cut for its own sake.
    private AttemptLease Begun(AttemptLease lease)
    {
        _tried.Add(lease.State);
        return lease;
    }

    private HealthSignal SignalOf(DeploymentState state, AttemptOutcome outcome, TimeSpan duration) => outcome switch
    {
        AttemptOutcome.Answered => new HealthSignal.Success(duration),
        AttemptOutcome.Failed { Kind: FailureKind.Status } when !CountsByStatus(state) => HealthSignal.None.Instance,
        AttemptOutcome.Failed failed => new HealthSignal.Failure(failed.Kind),
        AttemptOutcome.Throttled throttled => new HealthSignal.Throttled(throttled.Wait),
        AttemptOutcome.Misconfigured misconfigured => new HealthSignal.Misconfigured(misconfigured.Reason),
        _ => HealthSignal.None.Instance,
    };

    // A prompt that crashes engines must not open every circuit it meets.
    private bool CountsByStatus(DeploymentState state)
    {
        if (_countedByStatus.Contains(state))
            return true;
        if (_countedByStatus.Count == MostCountedByStatus)
            return false;
        _countedByStatus.Add(state);
        return true;
    }
}
