using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Routing;

/// <summary>The whole path of a request: find the model, rank its deployments, forward with failover.</summary>
public sealed class RequestRouter
{
    private readonly RoutePlanner _planner;
    private readonly FailoverForwarder _forwarder;
    private readonly TimeProvider _time;

    internal RequestRouter(RoutePlanner planner, FailoverForwarder forwarder, TimeProvider time)
    {
        (_planner, _forwarder, _time) = (planner, forwarder, time);
    }

    /// <summary>Routes one request. An answer in the result is the caller's to dispose.</summary>
    public async Task<RouterResult> RouteAsync(RouterRequest request, CancellationToken cancellationToken)
    {
        var (plan, refused) = await _planner.PlanAsync(request, cancellationToken);
        if (plan is null)
            return refused!;

        var forwarded = await _forwarder.ForwardAsync(request.Call with { IdleLimit = plan.Forward.Model.IdleLimit }, plan.Forward, cancellationToken);
        return await ConcludeAsync(plan, forwarded, cancellationToken);
    }

    /// <summary>What would be done with the request now, without an attempt.</summary>
    public async Task<RouterResult> ExplainAsync(RouterRequest request, CancellationToken cancellationToken)
    {
        var (plan, refused) = await _planner.PlanAsync(request, cancellationToken);
        return plan is null ? refused! : new RouterResult.Explained(plan.Decision);
    }

    private async Task<RouterResult> ConcludeAsync(RoutePlan plan, ForwardResult forwarded, CancellationToken cancellationToken)
    {
        var decision = plan.Decision with { Attempts = forwarded.Attempts };
        if (forwarded.Answer is { } answer)
        {
            if (!forwarded.IsNotFoundWithoutAskingAll(plan.Forward))
                return new RouterResult.Answered(answer, decision);
            await answer.DisposeAsync();
        }

        if (cancellationToken.IsCancellationRequested)
            return new RouterResult.CallerLeft(decision);
        return new RouterResult.Refused(
            RouterErrors.Unavailable(plan.Subject, forwarded, plan.Forward.Deployments, _time.GetUtcNow()), decision);
    }
}
