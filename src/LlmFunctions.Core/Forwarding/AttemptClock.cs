namespace LlmFunctions.Core.Forwarding;

/// <summary>Cuts one attempt: at its limit while another candidate remains, at the request's deadline in any case. Thread-safe.</summary>
internal sealed class AttemptClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _limitAt;
    private readonly DateTimeOffset _deadline;
    private readonly Func<bool> _anotherRemains;
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private bool _isOver;
    private volatile bool _isCut;

    /// <param name="time">Asked for now, and for the timer.</param>
    /// <param name="limit">The model's limit for this kind of attempt.</param>
    /// <param name="deadline">When the whole request must have begun to be answered.</param>
    /// <param name="anotherRemains">Whether a failover could follow now.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    public AttemptClock(TimeProvider time, TimeSpan limit, DateTimeOffset deadline, Func<bool> anotherRemains, CancellationToken cancellationToken)
    {
        (_time, _deadline, _anotherRemains) = (time, deadline, anotherRemains);
        var now = time.GetUtcNow();
        _limitAt = now + limit;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = time.CreateTimer(static state => ((AttemptClock)state!).Ring(), this, Positive(NextAfter(now) - now), Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the limit or the deadline ended the attempt.</summary>
    public bool IsCut => _isCut;

    /// <summary>Whether the attempt had all the time of its limit: then its end is the endpoint's failure, else the caller's haste.</summary>
    public bool HadItsLimit => _time.GetUtcNow() >= _limitAt;

    /// <summary>The answer has begun: no limit cuts it any more.</summary>
    public void Stop() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        // Whoever asks whether another remains must not do so while the run goes on to it.
        lock (_lock)
            _isOver = true;
        _timer.Dispose();
        _source.Dispose();
    }

    private void Ring()
    {
        lock (_lock)
        {
            if (_isOver)
                return;
            var now = _time.GetUtcNow();
            if (now < _deadline && (now < _limitAt || !_anotherRemains()))
            {
                // The last one has the rest of the deadline; a timer may also ring a little early.
                _timer.Change(Positive(NextAfter(now) - now), Timeout.InfiniteTimeSpan);
                return;
            }

            _isCut = true;
        }

        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at this very moment.
        }
    }

    private DateTimeOffset NextAfter(DateTimeOffset now) => now < _limitAt && _limitAt < _deadline ? _limitAt : _deadline;

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;
}
