using System.Diagnostics;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Routing;

/// <summary>The span of one routed request, with the gist of its decision. The spans of its attempts are its children.</summary>
internal static class RouteSpan
{
    /// <summary>Null when nobody wants it. It lasts until it is disposed, which is after the answer was relayed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">Its model, if the catalog has it.</param>
    /// <param name="parent">Its parent where no span is current.</param>
    public static Activity? Begin(RouterRequest request, string? model, ActivityContext parent)
    {
        var span = RouterTelemetry.Spans.StartActivity(model is null ? "route" : $"route {model}", ActivityKind.Internal, Activity.Current?.Context ?? parent);
        if (span is not { IsAllDataRequested: true })
            return span;
        span.SetTag(RouterLabels.Model, model ?? GenAi.Other);
        span.SetTag(RouterLabels.RequestId, request.Id);
        if (request.IsReplay)
            span.SetTag(RouterLabels.Replay, true);
        return span;
    }

    /// <summary>Says how it ended.</summary>
    public static void Describe(Activity? span, RouterResult result)
    {
        if (span is not { IsAllDataRequested: true })
            return;
        var end = RequestEnd.Of(result);
        span.SetTag(RouterLabels.Result, end.Result);
        if (end.ErrorType is { } error)
            span.SetTag(GenAi.ErrorType, error);
        // As on a server's span: what the caller must mend is no error of the router.
        if (end is { Status: >= 500 } or { Result: "broken" })
            span.SetStatus(ActivityStatusCode.Error);
        if (result.Decision is { } decision)
            Describe(span, decision);
    }

    private static void Describe(Activity span, Decision decision)
    {
        span.SetTag(RouterLabels.Attempts, decision.Attempts.Count);
        span.SetTag(RouterLabels.Failover, HasFailedOver(decision.Attempts));
        if (decision.AnsweredBy is { } deployment)
            span.SetTag(RouterLabels.Deployment, deployment.ToString());
    }

    private static bool HasFailedOver(IReadOnlyList<AttemptRecord> attempts)
    {
        for (var i = 1; i < attempts.Count; i++)
        {
            if (attempts[i].Deployment != attempts[0].Deployment)
                return true;
        }

        return false;
    }
}
