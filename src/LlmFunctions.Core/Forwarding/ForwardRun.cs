using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Forwarding;

/// <summary>What one request has tried so far, and what it may try next. Used by one request only.</summary>
internal sealed class ForwardRun
{
    private readonly ModelRequest _request;
    private readonly ForwardPlan _plan;
    private readonly RetryBudget _budget;
    private readonly CountedPrompts _prompts;
    private readonly SharedTrials _trials;
    private readonly TimeProvider _time;
    private readonly ForwardCandidates _candidates;
    private readonly CallersErrors _errors;

    // Lists: a request tries a few deployments, most often one.
    private readonly List<DeploymentState> _tried = new(1);
    private readonly AttemptLog _attempts;
    private readonly int _mostAttempts;
    private readonly TimeSpan _allowance;
    private DeploymentState? _repeated;
    private DeploymentState? _misconfigured;
    private UInt128? _failedPrompt;
    private bool _isNextPaid;
    private bool _isBudgetSpent;

    public ForwardRun(ModelRequest request, ForwardPlan plan, RetryBudget budget, CountedPrompts prompts, SharedTrials trials, TimeProvider time)
    {
        (_request, _plan, _budget, _prompts, _trials, _time) = (request, plan, budget, prompts, trials, time);
        _candidates = new(plan);
        _attempts = new(plan.Earlier);
        // In all, but what was waited for is worth an attempt.
        _mostAttempts = Math.Max(plan.MaxAttempts, plan.Earlier.Count + 1);
        _errors = new(plan, _candidates);
        (Deadline, _allowance) = (plan.Deadline, plan.Deadline - time.GetUtcNow());
        Limit = request.IsStreaming ? plan.Model.FirstTokenLimit : plan.Model.AnswerLimit;
    }

    /// <summary>The longest an attempt may take while another candidate remains.</summary>
    public TimeSpan Limit { get; }

    /// <summary>When the next answer must have begun.</summary>
    public DateTimeOffset Deadline { get; private set; }

    private bool IsPastDeadline => _time.GetUtcNow() >= Deadline;

    /// <summary>Begins the next attempt at a deployment that was not tried yet; null when there is none or the bounds are reached.</summary>
    public async ValueTask<AttemptLease?> TryBeginNextAsync()
    {
        if (_attempts.Count >= _mostAttempts || IsPastDeadline)
            return null;

        var now = _time.GetUtcNow();
        for (var i = 0; _candidates.At(i) is { } state; i++)
        {
            if (_tried.Contains(state) || state.GetSkipReason(now) is not null || !_plan.MayAsk(state, now))
                continue;
            if (!TryPayNext())
                return null;
            if (await _trials.TryBeginAsync(state, Limit) is { } lease)
                return Begun(lease);
        }

        return null;
    }

    /// <summary>Begins the one attempt per break that an open circuit allows when nothing is available.</summary>
    public async ValueTask<AttemptLease?> TryBeginLastResortAsync()
    {
        var now = _time.GetUtcNow();
        for (var i = 0; now < Deadline && _candidates.At(i) is { } state; i++)
        {
            if (await _trials.TryBeginLastResortAsync(state, Limit) is { } lease)
                return Begun(lease);
        }

        return null;
    }

    /// <summary>The earliest moment until then at which a deployment returns; null: none does, or not within the deadline.</summary>
    public DateTimeOffset? FindReturn(DateTimeOffset until)
    {
        var now = _time.GetUtcNow();
        DateTimeOffset? earliest = null;
        for (var i = 0; _candidates.At(i) is { } state; i++)
        {
            if (state.GetSkipReason(now)?.Until is { } back && back > now && back <= until && back < Deadline && !(earliest <= back))
                earliest = back;
        }

        return earliest;
    }

    /// <summary>Whether a failover could follow now; then it may, whatever others take of the budget meanwhile.</summary>
    public bool AnotherRemains() => _attempts.Count + 1 < _mostAttempts && FindAvailable(siblingOf: null) && TryPayNext();

    /// <summary>Whether the deployment gets its second attempt after that pause: a lone one, once, within deadline and budget.</summary>
    public bool TryPlanRepeat(AttemptLease lease, TimeSpan pause)
    {
        if (lease.IsTrial || _repeated == lease.State || _attempts.Count >= _mostAttempts
            || _time.GetUtcNow() + pause >= Deadline || FindAvailable(lease.State))
            return false;
        _repeated = lease.State;
        return TryPay();
    }

    /// <summary>Begins the second attempt if the deployment is available still, or again.</summary>
    public async ValueTask<AttemptLease?> TryRepeatAsync(DeploymentState state) => IsPastDeadline ? null : await _trials.TryBeginAsync(state, Limit);

    /// <summary>Records an attempt and tells the deployment's health.</summary>
    public void Record(AttemptLease lease, AttemptOutcome outcome, TimeSpan duration)
    {
        lease.Report(SignalOf(lease.State, outcome, duration));
        _attempts.Add(new(lease.State.Id, outcome.Label, duration, lease.IsTrial)
        {
            EndedAt = _time.GetUtcNow(),
            Again = AgainAfter(outcome),
            Generation = outcome is AttemptOutcome.Failed ? lease.State.ToRow().Generation : 0,
        });
        if (outcome is AttemptOutcome.Failed { HadBegun: true })
            RenewDeadline();
        if (outcome is AttemptOutcome.Answered && _failedPrompt is { } prompt)
            _prompts.Forget(prompt);
    }

    /// <summary>Records that the stream of the last attempt broke after it had begun, and says whose it was. No fallback model goes on with it:
    /// another model says something else.</summary>
    public DeploymentId RecordBreak(string code)
    {
        _attempts.BreakLast(code);
        _candidates.DropFallbacks();
        RenewDeadline();
        return _attempts[^1].Deployment;
    }

    /// <summary>Whether nobody else is to be asked after that outcome.</summary>
    public bool IsFinal(DeploymentState state, AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.CallersError error => !_errors.MayAskOthers(state.Id, error),
        AttemptOutcome.Answered or AttemptOutcome.Differs or AttemptOutcome.Cancelled => true,
        _ => false,
    };

    /// <summary>The request's end, where the last attempt ended so.</summary>
    public ForwardResult End(AttemptOutcome? last)
    {
        var isPastDeadline = IsPastDeadline;
        var (outcome, by) = _errors.Settle(last, _attempts.Count == 0 ? null : _attempts[^1].Deployment, isPastDeadline);
        var isAnswer = outcome is AttemptOutcome.Answered or AttemptOutcome.CallersError;
        return new(outcome, _attempts, isPastDeadline && !isAnswer) { AnsweredBy = isAnswer ? by : null, IsBudgetSpent = _isBudgetSpent };
    }

    // A deadline is by when an answer begins, and this one did. What goes on has as long to begin, counted from the break.
    private void RenewDeadline()
    {
        var renewed = _time.GetUtcNow() + (_allowance > Limit ? _allowance : Limit);
        Deadline = renewed > Deadline ? renewed : Deadline;
    }

    private bool FindAvailable(DeploymentState? siblingOf)
    {
        var now = _time.GetUtcNow();
        for (var i = 0; _candidates.At(i) is { } state; i++)
        {
            if (!_tried.Contains(state) && (siblingOf is null || AreSiblings(state, siblingOf)) && state.GetSkipReason(now) is null)
                return true;
        }

        return false;
    }

    private static bool AreSiblings(DeploymentState one, DeploymentState other) =>
        one.Id.Model == other.Id.Model && one.Config.Tier == other.Config.Tier;

    // The first attempt costs nothing, nor does the first failover of a request; who is asked in turn failed at nothing.
    private bool TryPayNext() => _isNextPaid || _plan.AsksInTurn || _tried.Count < (_plan.Earlier.Count > 0 ? 1 : 2) || (_isNextPaid = TryPay());

    private bool TryPay()
    {
        var isPaid = _budget.TryTake();
        if (!isPaid && !_isBudgetSpent)
            RouterMetrics.RetryBudgetRefusals.Add(1);
        _isBudgetSpent |= !isPaid;
        return isPaid;
    }

    // From its beginning on it is no candidate that remains, or the last one would be cut for its own sake.
    private AttemptLease Begun(AttemptLease lease)
    {
        _isNextPaid = false;
        _tried.Add(lease.State);
        return lease;
    }

    private static AskAgain AgainAfter(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Failed { Kind: FailureKind.Timeout } or AttemptOutcome.CallersError => AskAgain.Never,
        AttemptOutcome.Failed { Kind: not FailureKind.Connection } => AskAgain.OnceReturned,
        _ => AskAgain.OnceAvailable,
    };

    private HealthSignal SignalOf(DeploymentState state, AttemptOutcome outcome, TimeSpan duration) => outcome switch
    {
        AttemptOutcome.Answered => new HealthSignal.Success(duration),
        AttemptOutcome.Failed { Kind: FailureKind.Status } when !CountsByStatus(state) => HealthSignal.None.Instance,
        AttemptOutcome.Failed failed => new HealthSignal.Failure(failed.Kind),
        AttemptOutcome.Throttled throttled => new HealthSignal.Throttled(throttled.Wait),
        AttemptOutcome.Misconfigured misconfigured when CountsAsMisconfigured(state) => new HealthSignal.Misconfigured(misconfigured.Reason),
        _ => HealthSignal.None.Instance,
    };

    // What a request alone is refused for, such as by a firewall, must not take every deployment out.
    private bool CountsAsMisconfigured(DeploymentState state) => (_misconfigured ??= state) == state;

    // A prompt that crashes engines must not open every circuit it meets.
    private bool CountsByStatus(DeploymentState state)
    {
        _failedPrompt ??= PromptHash.Of(_request);
        return _prompts.TryCount(_failedPrompt.Value, state.Id);
    }
}
