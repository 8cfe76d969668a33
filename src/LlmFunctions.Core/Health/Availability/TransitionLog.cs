using System.Threading.Channels;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>Holds transitions until they are recorded. Never waits: when it is full, what comes is dropped and counted. Thread-safe.</summary>
internal sealed class TransitionLog
{
    private const int Most = 10_000;

    private readonly Channel<HealthTransition> _queue = Channel.CreateBounded<HealthTransition>(Most);
    private long _dropped;

    public void Add(HealthTransition transition)
    {
        if (!_queue.Writer.TryWrite(transition))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>How many were dropped since the last time.</summary>
    public long TakeDropped() => Interlocked.Exchange(ref _dropped, 0);

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _queue.Reader.WaitToReadAsync(cancellationToken);

    public IEnumerable<HealthTransition> TakeAll()
    {
        while (_queue.Reader.TryRead(out var transition))
            yield return transition;
    }
}
