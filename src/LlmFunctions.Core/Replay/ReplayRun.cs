using System.Text;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Replay;

/// <summary>Runs one leased request over the same path as live traffic.</summary>
internal sealed class ReplayRun(
    IRequestLedger ledger, RequestRouter router, RequestJournal journal, DeploymentRegistry registry, IHealthStore health, ReplayOptions options, TimeProvider time)
{
    /// <summary>How it ended, and the <see cref="DecisionDocument"/> behind that.</summary>
    public async Task<(ReplayEnding Ending, string? Decision)> RunAsync(QueuedRequest row, CancellationToken cancellationToken)
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

        using var span = journal.Begin(request);
        var result = await router.RouteAsync(request, cancellationToken);
        var ending = await EndAsync(result, cancellationToken);
        // What is run again has not ended.
        if (ending is ReplayEnding.Finished)
            journal.Note(request, result, span);
        else
            RouteSpan.Describe(span, result);
        return (ending, result.Decision is { } decision ? DecisionDocument.Write(decision, RequestEnd.Of(result), time.GetUtcNow()) : null);
    }

    private async Task<ReplayEnding> EndAsync(RouterResult result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case RouterResult.Answered { Answer: var answer }:
                await using (answer)
                    return Keep(answer);
            case RouterResult.Refused { Error.Status: < 500 } refused:
                return new ReplayEnding.Finished(RequestState.Failed, ToResponse(refused.Error));
            case RouterResult.Refused refused:
                return new ReplayEnding.Later(refused.Error.Message, await AnswerOthersAsync(refused.Decision, cancellationToken));
            default:
                return new ReplayEnding.HandedBack();
        }
    }

    // Replays are held whole: there are no chunks.
    private static ReplayEnding.Finished Keep(EndpointAnswer answer) => new(
        answer.StatusCode < 400 ? RequestState.Succeeded : RequestState.Failed, new StoredResponse(answer.StatusCode, answer.Headers, answer.Body));

    private async Task<bool> AnswerOthersAsync(Decision? decision, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - options.AnswersOthersWithin;
        // Whom the budget refused had somebody left to ask.
        if (decision is null or { IsRetryBudgetSpent: true })
            return false;
        foreach (var id in decision.Attempts.Where(HasFailedIt).Select(attempt => attempt.Deployment).Distinct())
        {
            var here = registry.All.FirstOrDefault(state => state.Id == id)?.ToRow().LastSuccess;
            // An instance that only replays learns of the callers' answers from the table.
            if (here > since || (await ReadSharedAsync(id, cancellationToken))?.LastSuccess > since)
                return true;
        }

        return false;
    }

    // Who could not be reached, asked for time or is a fallback model that is too small says nothing against the request.
    private static bool HasFailedIt(AttemptRecord attempt) => attempt is { Again: AskAgain.OnceReturned } or { Outcome: "timeout" };

    private async Task<HealthRow?> ReadSharedAsync(DeploymentId id, CancellationToken cancellationToken)
    {
        try
        {
            return await health.ReadAsync(id, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    private static StoredResponse ToResponse(RouterError error) => new(
        error.Status, [new("Content-Type", "application/json")], Encoding.UTF8.GetBytes(error.ToOpenAiJson()));
}
