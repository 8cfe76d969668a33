using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Replay;

/// <summary>What an operator does with requests that failed again and again. What fails to reach the storage throws
/// <see cref="StorageUnavailableException"/>.</summary>
public sealed class DeadLetters
{
    private readonly IRequestLedger _ledger;
    private readonly RequestTransitions _transitions;
    private readonly TimeProvider _time;

    internal DeadLetters(IRequestLedger ledger, RequestTransitions transitions, TimeProvider time)
    {
        (_ledger, _transitions, _time) = (ledger, transitions, time);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<QueuedRequest>> ListAsync(int most, CancellationToken cancellationToken)
    {
        var letters = new List<QueuedRequest>();
        foreach (var id in await _ledger.ListDeadLettersAsync(most, cancellationToken))
        {
            if (await FindAsync(id, cancellationToken) is { } letter)
                letters.Add(letter);
        }

        return letters;
    }

    /// <summary>The dead letter, or null.</summary>
    public async Task<QueuedRequest?> FindAsync(string id, CancellationToken cancellationToken) =>
        await _ledger.ReadAsync(id, cancellationToken) is { State: RequestState.Dead } letter ? letter : null;

    /// <summary>Queues a dead letter anew, with all its time and no failures. False when there is none, or it changed meanwhile. First of all the
    /// sweeper is told to look at it soon: it lists it again, or sends its message, should this break off.</summary>
    public async Task<bool> ReplayAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } letter)
            return false;
        var again = letter with
        {
            ExpiresAt = _time.GetUtcNow() + (letter.ExpiresAt - letter.CreatedAt),
            Failures = 0,
            Postponed = 0,
            FinishedAt = null,
            CallbackState = letter.Callback is null ? CallbackState.None : CallbackState.Pending,
        };
        await _ledger.AddDueAsync(id, _time.GetUtcNow(), cancellationToken);
        await _ledger.SetDeadLetterAsync(id, isDead: false, cancellationToken);
        return await _transitions.PutOffAsync(again, TimeSpan.Zero) is not null;
    }

    /// <summary>Gives a dead letter up for good. False when there is none.</summary>
    public async Task<bool> DiscardAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is null)
            return false;
        await _ledger.SetDeadLetterAsync(id, isDead: false, cancellationToken);
        await _ledger.PurgeAsync(id, cancellationToken);
        return true;
    }
}
