using System.Text;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Replay;

/// <summary>Runs one leased request over the same path as live traffic.</summary>
internal sealed class ReplayRun(
    IRequestLedger ledger, RequestRouter router, RequestJournal journal, DeploymentRegistry registry, ReplayOptions options, TimeProvider time)
{
    /// <summary>How it ended, and the decision behind that.</summary>
    public async Task<(ReplayEnding Ending, Decision? Decision)> RunAsync(QueuedRequest row, CancellationToken cancellationToken)
    {
        if (await ledger.ReadBodyAsync(row.Id, cancellationToken) is not { } body)
            return (new ReplayEnding.Ended(RequestState.Dead, "Its stored body is gone."), null);

        RouterRequest request;
        try
        {
            request = await QueuedRequestReader.ReadAsync(row, body, cancellationToken);
        }
        catch (RequestBodyException e)
        {
            return (new ReplayEnding.Ended(RequestState.Dead, e.Message), null);
        }

        var result = await router.RouteAsync(request, cancellationToken);
        var ending = await EndAsync(result);
        // What is run again has not ended.
        if (ending is ReplayEnding.Finished)
            journal.Note(request, result);
        return (ending, result.Decision);
    }

    private async Task<ReplayEnding> EndAsync(RouterResult result)
    {
        switch (result)
        {
            case RouterResult.Answered { Answer: var answer }:
                await using (answer)
                    return Keep(answer);
            case RouterResult.Refused { Error.Status: < 500 } refused:
                return new ReplayEnding.Finished(RequestState.Failed, ToResponse(refused.Error));
            case RouterResult.Refused refused:
                return new ReplayEnding.Later(refused.Error.Message, AnswerOthers(refused.Decision));
            default:
                return new ReplayEnding.HandedBack();
        }
    }

    // Replays are held whole: there are no chunks.
    private static ReplayEnding.Finished Keep(EndpointAnswer answer) => new(
        answer.StatusCode < 400 ? RequestState.Succeeded : RequestState.Failed, new StoredResponse(answer.StatusCode, answer.Headers, answer.Body));

    private bool AnswerOthers(Decision? decision)
    {
        var since = time.GetUtcNow() - options.AnswersOthersWithin;
        return decision is { Attempts.Count: > 0 } && decision.Attempts.Any(attempt =>
            registry.All.FirstOrDefault(state => state.Id == attempt.Deployment)?.ToRow().LastSuccess > since);
    }

    private static StoredResponse ToResponse(RouterError error) => new(
        error.Status, [new("Content-Type", "application/json")], Encoding.UTF8.GetBytes(error.ToOpenAiJson()));
}
