using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Replay;

/// <summary>Queued requests as their callers see them: only their own. What fails to reach the storage throws
/// <see cref="StorageUnavailableException"/>.</summary>
public sealed class QueuedRequests
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    private readonly IRequestLedger _ledger;
    private readonly RequestTransitions _transitions;
    private readonly TimeProvider _time;

    internal QueuedRequests(IRequestLedger ledger, RequestTransitions transitions, TimeProvider time)
    {
        (_ledger, _transitions, _time) = (ledger, transitions, time);
    }

    /// <summary>The caller's request, or null: there is none, or it is another caller's.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="owner">The caller; null: an operator, who sees every one.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    public async Task<QueuedRequest?> FindAsync(string id, string? owner, CancellationToken cancellationToken) =>
        await _ledger.ReadAsync(id, cancellationToken) is { } row && (owner is null || row.Owner == owner) ? row : null;

    /// <summary>As <see cref="FindAsync"/>, but waits until the request is finished, or the time is up.</summary>
    public async Task<QueuedRequest?> WaitAsync(string id, string? owner, TimeSpan wait, CancellationToken cancellationToken)
    {
        var (until, look) = (_time.GetUtcNow() + wait, FirstLook);
        while (true)
        {
            var row = await FindAsync(id, owner, cancellationToken);
            var left = until - _time.GetUtcNow();
            if (row is null || row.IsFinished || left <= TimeSpan.Zero)
                return row;
            await Task.Delay(left < look ? left : look, _time, cancellationToken);
            // Many may wait for long: each look is a read.
            look = look * 1.5 < LongestLook ? look * 1.5 : LongestLook;
        }
    }

    /// <summary>The stored answer, or null while there is none.</summary>
    public async Task<StoredResponse?> ReadAnswerAsync(QueuedRequest row, CancellationToken cancellationToken) =>
        row.AnswerLease is { } lease ? await _ledger.ReadAnswerAsync(row.Id, lease, cancellationToken) : null;

    /// <summary>Cancels a request that is not finished; one that is stays as it is. Null when the caller has none such.</summary>
    public async Task<QueuedRequest?> CancelAsync(string id, string owner, CancellationToken cancellationToken)
    {
        while (await FindAsync(id, owner, cancellationToken) is { } row)
        {
            if (row.IsFinished)
                return row;

            // A renewal of its lease may have come between; then it is read again.
            if (await _transitions.EndAsync(row, RequestState.Cancelled, "Its caller cancelled it.") is { } cancelled)
                return cancelled;
        }

        return null;
    }
}
