namespace LlmFunctions.Core.Health.Availability;

/// <summary>When something was last learnt about a deployment, well or badly: the first and the last moment since it was asked.
/// Thread-safe.</summary>
internal sealed class Evidence
{
    private readonly Lock _lock = new();
    private Period? _since;

    public void Add(HealthSignal signal, DateTimeOffset now)
    {
        if (signal is not HealthSignal.None)
            Add(now);
    }

    public void Add(DateTimeOffset now)
    {
        lock (_lock)
            _since = _since is { } since && since.To < now ? since with { To = now } : _since ?? new(now, now);
    }

    /// <summary>What there was since the last time; null: nothing.</summary>
    public Period? Take()
    {
        lock (_lock)
        {
            var taken = _since;
            _since = null;
            return taken;
        }
    }
}
