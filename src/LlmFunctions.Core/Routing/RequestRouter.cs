using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>The whole path of a request: find the model, rank its deployments, forward with failover; when nothing can be reached wait,
/// then queue or refuse.</summary>
public sealed class RequestRouter
{
    private readonly RoutePlanner _planner;
    private readonly FailoverForwarder _forwarder;
    private readonly AvailabilityWaiter _waiter;
    private readonly RequestQueuer _queuer;
    private readonly TimeProvider _time;

    internal RequestRouter(RoutePlanner planner, FailoverForwarder forwarder, AvailabilityWaiter waiter, RequestQueuer queuer, TimeProvider time)
    {
        (_planner, _forwarder, _waiter, _queuer, _time) = (planner, forwarder, waiter, queuer, time);
    }

    /// <summary>Routes one request. An answer in the result is the caller's to dispose.</summary>
    public async Task<RouterResult> RouteAsync(RouterRequest request, CancellationToken cancellationToken)
    {
        var begun = _time.GetUtcNow();
        IReadOnlyList<AttemptRecord> earlier = [];
        while (true)
        {
            var (plan, refused) = await _planner.PlanAsync(request, begun, cancellationToken);
            if (plan is null)
                return refused!;
            if (plan.Absence.IsQueuedAtOnce)
                return await QueueAsync(request, plan, TimeSpan.Zero, cancellationToken);

            plan = plan with { Forward = plan.Forward with { Earlier = earlier } };
            var forwarding = _forwarder.ForwardAsync(plan.Call, plan.Forward, cancellationToken);
            var forwarded = await HeldAnswer.AwaitAsync(forwarding, plan.Call.HoldsWhole || earlier.Count > 0 ? request.WhileWaiting : null, _time);
            earlier = forwarded.Attempts;
            var decision = plan.Decide(forwarded);
            if (await TakeAnswerAsync(plan, forwarded) is { } answer)
                return new RouterResult.Answered(answer, decision);
            if (cancellationToken.IsCancellationRequested)
                return new RouterResult.CallerLeft(decision);

            plan = plan with { Decision = decision };
            if (!forwarded.IsPastDeadline && await WaitAsync(request, plan, cancellationToken))
                continue;
            return plan.Absence.IsQueued
                ? await QueueAsync(request, plan, TimeSpan.FromSeconds(1), cancellationToken)
                : new RouterResult.Refused(RouterErrors.Unavailable(plan, forwarded, _time.GetUtcNow()), decision);
        }
    }

    /// <summary>What would be done with the request now, without an attempt.</summary>
    public async Task<RouterResult> ExplainAsync(RouterRequest request, CancellationToken cancellationToken)
    {
        var (plan, refused) = await _planner.PlanAsync(request, _time.GetUtcNow(), cancellationToken);
        return plan is null ? refused! : new RouterResult.Explained(plan.Explain());
    }

    private static async ValueTask<EndpointAnswer?> TakeAnswerAsync(RoutePlan plan, ForwardResult forwarded)
    {
        if (forwarded.Answer is not { } answer || !forwarded.IsNotFoundWithoutAskingAll(plan.Forward))
            return forwarded.Answer;
        await answer.DisposeAsync();
        return null;
    }

    private Task<bool> WaitAsync(RouterRequest request, RoutePlan plan, CancellationToken cancellationToken) =>
        _waiter.WaitAsync(plan.Forward.Everybody, plan.Decision.Attempts.Count > 0, plan.Absence.WaitUntil, request.WhileWaiting, cancellationToken);

    private async Task<RouterResult> QueueAsync(RouterRequest request, RoutePlan plan, TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            var queued = await _queuer.QueueAsync(request, plan.Forward.Model, delay, plan.Absence.IsQueuedAtOnce, cancellationToken);
            return new RouterResult.Accepted(queued, plan.Absence.AppliedPreference, plan.Decision);
        }
        catch (StorageUnavailableException)
        {
            return new RouterResult.Refused(RouterErrors.NotDurable, plan.Decision);
        }
    }
}
