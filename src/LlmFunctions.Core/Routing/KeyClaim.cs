using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Routing;

/// <summary>One request's claim on its idempotency key, renewed until it is settled. A storage that fails is no error here: what could not be
/// written lapses with the lease, and who takes the key over looks first for what the request left behind.</summary>
internal sealed partial class KeyClaim : IAsyncDisposable
{
    /// <summary>How long a runner may be silent before it counts as dead.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    private const int Tries = 3;

    private readonly IIdempotencyStore _store;
    private readonly IdempotencyEntry _claimed;
    private readonly RenewedLease<IdempotencyEntry> _lease;
    private readonly ILogger _logger;
    private int _settled;

    /// <param name="store">Where the key is kept.</param>
    /// <param name="claimed">The claim as stored now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what could not be written.</param>
    public KeyClaim(IIdempotencyStore store, IdempotencyEntry claimed, TimeProvider time, ILogger logger)
    {
        (_store, _claimed, _logger) = (store, claimed, logger);
        // Renewals take no token: a write cut in its middle would leave the entry's ETag unknown.
        _lease = new(claimed, (entry, until) => store.TryWriteAsync(entry with { LeaseUntil = until }, CancellationToken.None), Duration, time);
    }

    public string RequestId => _claimed.RequestId;

    /// <summary>The answer is stored: twins get it from now on. False when another has the key by now.</summary>
    public Task<bool> MarkAnsweredAsync() => SettleAsync(entry => entry with { IsDone = true });

    /// <summary>The request is in the ledger: its answer will be found there. False when another has the key by now.</summary>
    public Task<bool> MarkQueuedAsync() => SettleAsync(entry => entry with { IsDone = true, IsQueued = true });

    /// <summary>Frees the key, so that the request may be sent again. The entry stays, for a write that seemed to fail may have been made:
    /// who comes next looks for its answer. Does nothing once the claim is settled.</summary>
    public Task ReleaseAsync() => SettleAsync(entry => entry with { LeaseUntil = DateTimeOffset.UnixEpoch });

    /// <summary>A claim that was never settled is released.</summary>
    public async ValueTask DisposeAsync() => await ReleaseAsync();

    private async Task<bool> SettleAsync(Func<IdempotencyEntry, IdempotencyEntry> change)
    {
        if (Interlocked.Exchange(ref _settled, 1) == 1)
            return true;
        try
        {
            var entry = await _lease.StopAsync() ?? await ReadOwnAsync();
            for (var tries = 0; entry is not null && tries < Tries; tries++)
            {
                if (await _store.TryWriteAsync(change(entry), CancellationToken.None) is not null)
                    return true;
                entry = await ReadOwnAsync();
            }

            LogTaken(RequestId);
            return false;
        }
        catch (StorageUnavailableException e)
        {
            LogNotWritten(RequestId, e.Message);
            return true;
        }
        finally
        {
            await _lease.DisposeAsync();
        }
    }

    // A renewal whose answer was lost leaves another ETag, and an outage ends the lease though nobody took the key.
    private async Task<IdempotencyEntry?> ReadOwnAsync()
    {
        var entry = await _store.ReadAsync(_claimed.Owner, _claimed.Key, CancellationToken.None);
        return entry?.RequestId == RequestId ? entry : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another request has the idempotency key of request {Id} by now.")]
    private partial void LogTaken(string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How request {Id} ended was not written to its idempotency key, which lapses: {Reason}")]
    private partial void LogNotWritten(string id, string reason);
}
