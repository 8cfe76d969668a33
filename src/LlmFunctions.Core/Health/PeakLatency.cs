namespace LlmFunctions.Core.Health;

/// <summary>Time to first content as a peak EWMA: a slow answer counts at once, and is forgotten over about 10 s, also
/// while nothing is asked, so that the deployment is tried again. Not thread-safe.</summary>
internal sealed class PeakLatency
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    private TimeSpan? _value;
    private DateTimeOffset _at;

    public void Add(TimeSpan sample, DateTimeOffset now)
    {
        var weight = Weight(now);
        _value = _value is { } value && value > sample ? (value * weight) + (sample * (1 - weight)) : sample;
        _at = now;
    }

    public TimeSpan? Get(DateTimeOffset now) => _value * Weight(now);

    private double Weight(DateTimeOffset now) => Math.Min(1, Math.Exp(-((now - _at) / Memory)));
}
