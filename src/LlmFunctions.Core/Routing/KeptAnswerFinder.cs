using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Routing;

/// <summary>Finds what the request that holds, or held, an idempotency key left for its twins.</summary>
internal sealed class KeptAnswerFinder(IRequestLedger ledger)
{
    /// <summary>Its answer, or where that will be; null when it came to nothing and the key is free. An entry that is not done may belong to a
    /// request that was stored or queued before its runner died or lost the storage.</summary>
    public async Task<RouterResult?> FindAsync(IdempotencyEntry entry, CancellationToken cancellationToken)
    {
        if (entry.IsQueued || !entry.IsDone)
        {
            if (await ledger.ReadAsync(entry.RequestId, cancellationToken) is { } row)
                return await FindAsync(row, cancellationToken);
            if (entry.IsQueued)
                return null;
        }

        return await ReadAsync(entry.RequestId, IdempotentAnswer.LiveLease, cancellationToken);
    }

    private async Task<RouterResult?> FindAsync(QueuedRequest row, CancellationToken cancellationToken)
    {
        if (row.IsFinished && row.State != RequestState.Succeeded)
            return null;
        var accepted = new RouterResult.Accepted(row, null, Decision.Empty(row.Id, row.Model));
        if (row.AnswerLease is not { } lease)
            return accepted;
        if (!row.IsBackgroundResponse)
            return await ReadAsync(row.Id, lease, cancellationToken);

        // The caller knows it under the router's own id.
        var answer = await ledger.ReadAnswerAsync(row.Id, lease, cancellationToken);
        return answer is null ? null : accepted with { Answer = answer };
    }

    private async Task<RouterResult?> ReadAsync(string id, int lease, CancellationToken cancellationToken) =>
        await ledger.ReadAnswerAsync(id, lease, cancellationToken) is { } answer
            ? new RouterResult.Answered(new(answer.Status, answer.Headers, answer.Body), Decision.Empty(id, ""))
            : null;
}
