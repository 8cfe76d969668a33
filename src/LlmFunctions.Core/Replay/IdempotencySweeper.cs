using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Replay;

/// <summary>Removes idempotency keys that have expired, and the answers kept under them. Finding them reads the whole table, so instances take
/// turns, one every <see cref="Interval"/>; until then an expired key counts for nothing already.</summary>
internal sealed class IdempotencySweeper(IIdempotencyStore store, IRequestLedger ledger, TimeProvider time)
{
    /// <summary>Keys that one turn removes. When there are more, the next sweep of any instance goes on.</summary>
    public const int Most = 1000;

    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private const int AtOnce = 8;

    private DateTimeOffset _notBefore;

    /// <summary>Takes the turn if there is one to take.</summary>
    /// <exception cref="StorageUnavailableException">The storage fails; the next turn goes on.</exception>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _notBefore || await TryTakeTurnAsync(now, cancellationToken) is not { } turn)
            return;

        var expired = await store.ListExpiredAsync(now, Most, cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(expired, parallel, async (entry, token) => await RemoveAsync(entry, token));
        if (expired.Count == Most && await store.TryWriteAsync(turn with { LeaseUntil = now }, cancellationToken) is not null)
            _notBefore = now;
    }

    // The turn is held like a key; no caller is nameless, so none has this one.
    private async Task<IdempotencyEntry?> TryTakeTurnAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var turn = await store.ReadAsync("", "sweep", cancellationToken)
            ?? new() { Owner = "", Key = "sweep", Fingerprint = "", RequestId = "", LeaseUntil = now, ExpiresAt = DateTimeOffset.MaxValue };
        _notBefore = turn.LeaseUntil > now ? turn.LeaseUntil : now + Interval;
        return turn.LeaseUntil > now ? null : await store.TryWriteAsync(turn with { LeaseUntil = _notBefore }, cancellationToken);
    }

    // The answer first: while its key is there, a removal that broke off is done again. The answer of a queued request goes with its row.
    private async Task RemoveAsync(IdempotencyEntry entry, CancellationToken cancellationToken)
    {
        if (!entry.IsQueued)
            await ledger.RemoveAnswerAsync(entry.RequestId, IdempotentAnswer.LiveLease, cancellationToken);
        await store.RemoveAsync(entry, cancellationToken);
    }
}
