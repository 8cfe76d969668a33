using System.Collections.Concurrent;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Remembers which endpoint keeps which answer, the newest of them. Thread-safe.</summary>
internal sealed class StoredAnswers
{
    private const int Most = 50_000;

    private readonly ConcurrentDictionary<string, StoredAnswer> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    /// <param name="id">The id that the caller knows.</param>
    /// <param name="answer">Where it is kept, under which id.</param>
    public void Remember(string id, StoredAnswer answer)
    {
        if (!_answers.TryAdd(id, answer))
        {
            _answers[id] = answer;
            return;
        }

        _order.Enqueue(id);
        while (_order.Count > Most && _order.TryDequeue(out var oldest))
            _answers.TryRemove(oldest, out _);
    }

    /// <summary>Where it is kept, if this instance saw it.</summary>
    public StoredAnswer? Find(string id) => _answers.GetValueOrDefault(id);
}
