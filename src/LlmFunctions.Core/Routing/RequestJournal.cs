using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Routing;

/// <summary>Learns how each request ended, for its decision and for availability. Writes nothing itself and never waits.</summary>
public sealed class RequestJournal
{
    private readonly DecisionLog _decisions;
    private readonly AvailabilityTally _availability;
    private readonly CatalogHolder _catalogs;

    internal RequestJournal(DecisionLog decisions, AvailabilityTally availability, CatalogHolder catalogs)
    {
        (_decisions, _availability, _catalogs) = (decisions, availability, catalogs);
    }

    /// <summary>Notes one request, once its answer was relayed to its end.</summary>
    public void Note(RouterRequest request, RouterResult result)
    {
        _decisions.Add(request, result);
        // A replay is no caller's request; and only the catalog's models are counted, so that there are no more than it has.
        if (!request.IsReplay && FateOf(request, result) is { } fate && _catalogs.Current?.TryFindModel(request.Call.Model, out _) == true)
            _availability.AddRequest(request.Call.Model, fate, result is RouterResult.Answered ? FailoverTimeOf(result.Decision!.Attempts) : null);
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
