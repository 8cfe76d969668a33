using System.Collections.Concurrent;

namespace LlmFunctions.Simulator;

/// <summary>What the endpoint saw, per model as received and in total. Thread-safe.</summary>
public sealed class RequestCounters
{
    private readonly ConcurrentDictionary<string, ModelCounters> _models = new();
    private long _probes;

    internal RequestCounters()
    {
    }

    public ModelCounters Total { get; } = new();

    /// <summary>GET models and GET health; they are in no other count.</summary>
    public long Probes => Interlocked.Read(ref _probes);

    /// <summary>The models that were asked for.</summary>
    public IReadOnlyCollection<string> Models => [.. _models.Where(model => model.Value.Requests > 0).Select(model => model.Key)];

    /// <summary>The counts of a model; all zero if it was never asked for.</summary>
    public ModelCounters ForModel(string model) => _models.GetOrAdd(model, _ => new ModelCounters());

    public void Clear()
    {
        Interlocked.Exchange(ref _probes, 0);
        Total.Clear();
        foreach (var counters in _models.Values)
            counters.Clear();
    }

    internal void CountProbe() => Interlocked.Increment(ref _probes);
}
