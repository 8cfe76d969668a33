using System.Collections.Concurrent;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Remembers which endpoint keeps which answer, the newest of them. Thread-safe.</summary>
internal sealed class StoredAnswers
{
    private const int Most = 50_000;

    private readonly ConcurrentDictionary<string, string> _endpoints = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    public void Remember(string id, string endpoint)
    {
        if (!_endpoints.TryAdd(id, endpoint))
        {
            _endpoints[id] = endpoint;
            return;
        }

        _order.Enqueue(id);
        while (_order.Count > Most && _order.TryDequeue(out var oldest))
            _endpoints.TryRemove(oldest, out _);
    }

    /// <summary>The name of the endpoint that keeps it, if this instance saw it.</summary>
    public string? Find(string id) => _endpoints.GetValueOrDefault(id);
}
