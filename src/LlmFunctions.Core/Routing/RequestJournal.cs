using System.Diagnostics;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Routing;

/// <summary>Learns how each request ended, for its decision, for availability and for telemetry. Writes nothing itself and never waits.</summary>
public sealed class RequestJournal
{
    private readonly DecisionLog _decisions;
    private readonly AvailabilityTally _availability;
    private readonly CatalogHolder _catalogs;

    internal RequestJournal(DecisionLog decisions, AvailabilityTally availability, CatalogHolder catalogs)
    {
        (_decisions, _availability, _catalogs) = (decisions, availability, catalogs);
    }

    /// <summary>Begins the span of a request, to be disposed once its answer was relayed to its end. Null: nobody listens.</summary>
    /// <param name="request">The request.</param>
    /// <param name="parent">Its parent where no span is current; default: none.</param>
    public Activity? Begin(RouterRequest request, ActivityContext parent = default) =>
        RouterTelemetry.Spans.HasListeners() ? RouteSpan.Begin(request, Known(request), parent) : null;

    /// <summary>Notes one request, once its answer was relayed to its end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="span">Its span, if it has one.</param>
    public void Note(RouterRequest request, RouterResult result, Activity? span)
    {
        RouteSpan.Describe(span, result);
        _decisions.Add(request, result);
        // A replay is no caller's request; and only the catalog's models are counted, so that there are no more than it has.
        if (request.IsReplay)
            return;
        var model = Known(request);
        var failover = result is RouterResult.Answered ? FailoverTimeOf(result.Decision!.Attempts) : null;
        Count(model, result, failover);
        if (model is not null && FateOf(request, result) is { } fate)
            _availability.AddRequest(model, fate, failover);
    }

    /// <summary>From the first failure to the first success at another deployment; null without both.</summary>
    internal static TimeSpan? FailoverTimeOf(IReadOnlyList<AttemptRecord> attempts)
    {
        AttemptRecord? failed = null;
        foreach (var attempt in attempts)
        {
            if (failed is null && !attempt.IsAnswered)
                failed = attempt;
            else if (failed is not null && attempt.IsAnswered && attempt.Deployment != failed.Deployment)
                return attempt.EndedAt > failed.EndedAt ? attempt.EndedAt - failed.EndedAt : TimeSpan.Zero;
        }

        return null;
    }

    private string? Known(RouterRequest request) => _catalogs.Current is { } catalog && catalog.TryFindModel(request.Call.Model, out var model) ? model.Name : null;

    private static void Count(string? model, RouterResult result, TimeSpan? failover)
    {
        var label = new KeyValuePair<string, object?>(RouterLabels.Model, model ?? GenAi.Other);
        if (RouterMetrics.Requests.Enabled)
        {
            var end = RequestEnd.Of(result);
            var tags = new TagList { label, { RouterLabels.Result, end.Result } };
            if (end.ErrorType is { } error)
                tags.Add(GenAi.ErrorType, error);
            RouterMetrics.Requests.Add(1, tags);
        }

        if (failover is { } time)
            RouterMetrics.FailoverDuration.Record(time.TotalSeconds, label);
    }

    private static RequestFate? FateOf(RouterRequest request, RouterResult result) => result switch
    {
        // Without an attempt it is an answer that was there already.
        RouterResult.Answered { Decision.Attempts.Count: 0 } => null,
        RouterResult.Answered { Answer.IsBroken: true } => RequestFate.Broken,
        RouterResult.Answered => RequestFate.Answered,
        // A twin waits for a request that was counted.
        RouterResult.Accepted accepted => accepted.Request.Id == request.Id ? RequestFate.Queued : null,
        RouterResult.Refused { Error.Status: 503 or 504 } => RequestFate.Unanswered,
        _ => null,
    };
}
