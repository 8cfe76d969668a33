using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Replay;

/// <summary>Renews the lease of one running request until stopped; cancels the run when another took it, or its caller did.</summary>
internal sealed class ReplayLease : IAsyncDisposable
{
    private readonly IRequestLedger _ledger;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;
    private QueuedRequest _row;

    public ReplayLease(IRequestLedger ledger, QueuedRequest running, TimeSpan duration, TimeProvider time)
    {
        (_ledger, _row, _duration, _time) = (ledger, running, duration, time);
        _renewing = RenewAsync();
    }

    /// <summary>Cancelled when the lease is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Ends the renewing and gives the row as last written; null when the lease is lost.</summary>
    public async Task<QueuedRequest?> StopAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        return _lost.IsCancellationRequested ? null : _row;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _lost.Dispose();
        _stop.Dispose();
    }

    private async Task RenewAsync()
    {
        while (!_lost.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(_duration / 3, _time, _stop.Token);
                // Not with the stop token: a write cut in the middle would leave the row's ETag unknown.
                if (await _ledger.TryUpdateAsync(_row with { LeaseUntil = _time.GetUtcNow() + _duration }, CancellationToken.None) is { } renewed)
                    _row = renewed;
                else
                    await _lost.CancelAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StorageUnavailableException)
            {
                // The next renewal may still be in time; if not, the row says so.
                if (_row.LeaseUntil <= _time.GetUtcNow())
                    await _lost.CancelAsync();
            }
        }
    }
}
