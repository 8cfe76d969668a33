namespace LlmFunctions.Core.Health;

/// <summary>What is being probed and when it is due again. Thread-safe.</summary>
internal sealed class ProbeSchedule<TKey>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, DateTimeOffset> _due = [];

    /// <summary>True when it is due and not under way; <see cref="End"/> must follow.</summary>
    public bool TryStart(TKey key, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_due.TryGetValue(key, out var due) && now < due)
                return false;
            _due[key] = DateTimeOffset.MaxValue;
            return true;
        }
    }

    public void End(TKey key, DateTimeOffset due)
    {
        lock (_lock)
            _due[key] = due;
    }
}
