namespace LlmFunctions.Core.Replay;

/// <summary>How many replays may be in flight on this instance, so that a backlog does not knock an endpoint over that just
/// came back. Thread-safe.</summary>
internal sealed class DrainPacer(ReplayOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _most = options.FirstInFlight;
    private DateTimeOffset? _cleanSince;
    private DateTimeOffset _lastEnd;

    public int MostInFlight
    {
        get
        {
            lock (_lock)
                return _most;
        }
    }

    public void Succeeded()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            // After a long rest the next drain begins slowly again.
            if (now - _lastEnd > options.LongestPause)
                (_most, _cleanSince) = (options.FirstInFlight, now);
            _lastEnd = now;
            _cleanSince ??= now;
            if (now - _cleanSince < options.CleanInterval)
                return;
            _most = Math.Min(_most * 2, options.MostInFlight);
            _cleanSince = now;
        }
    }

    public void Failed()
    {
        lock (_lock)
            (_most, _cleanSince, _lastEnd) = (options.FirstInFlight, null, time.GetUtcNow());
    }
}
