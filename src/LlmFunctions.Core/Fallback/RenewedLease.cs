namespace LlmFunctions.Core.Fallback;

/// <summary>Renews a lease that stands in a stored row until stopped, and says when it was lost.</summary>
/// <typeparam name="T">The row.</typeparam>
internal sealed class RenewedLease<T> : IAsyncDisposable
    where T : class
{
    private readonly Func<T, DateTimeOffset, Task<T?>> _renew;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;
    private T _row;

    /// <param name="row">The row with the lease, as stored now.</param>
    /// <param name="renew">Writes the row with a later end of the lease; null when another has the row.</param>
    /// <param name="duration">Of the lease; it is renewed three times as often.</param>
    /// <param name="time">The clock.</param>
    public RenewedLease(T row, Func<T, DateTimeOffset, Task<T?>> renew, TimeSpan duration, TimeProvider time)
    {
        (_row, _renew, _duration, _time) = (row, renew, duration, time);
        _renewing = RenewAsync();
    }

    /// <summary>Cancelled when the lease is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Ends the renewing and gives the row as last written; null when the lease is lost.</summary>
    public async Task<T?> StopAsync()
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
        var until = _time.GetUtcNow() + _duration;
        while (!_lost.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(_duration / 3, _time, _stop.Token);
                var next = _time.GetUtcNow() + _duration;
                if (await _renew(_row, next) is { } renewed)
                    (_row, until) = (renewed, next);
                else
                    await _lost.CancelAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StorageUnavailableException) when (_time.GetUtcNow() < until)
            {
                // The next renewal may still be in time.
            }
            catch (StorageUnavailableException)
            {
                await _lost.CancelAsync();
            }
        }
    }
}
