using System.Collections.Concurrent;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>Decisions in memory, with the storage's outages.</summary>
internal sealed class FakeDecisionStore(TimeProvider? time = null) : IDecisionStore
{
    private readonly ConcurrentDictionary<string, KeptDecision> _kept = new();
    private readonly ConcurrentQueue<int> _writes = new();

    /// <summary>Thrown by every call while set.</summary>
    public Exception? Failure { get; set; }

    public IReadOnlyDictionary<string, KeptDecision> Kept => _kept;

    /// <summary>When a write was tried.</summary>
    public ConcurrentQueue<DateTimeOffset> Tries { get; } = new();

    /// <summary>How many decisions each successful write held.</summary>
    public IReadOnlyCollection<int> Writes => _writes;

    public DateOnly? Purged { get; private set; }

    public Task WriteAsync(IReadOnlyCollection<KeptDecision> decisions, CancellationToken cancellationToken)
    {
        Tries.Enqueue((time ?? TimeProvider.System).GetUtcNow());
        if (Failure is not null)
            return Task.FromException(Failure);
        _writes.Enqueue(decisions.Count);
        foreach (var decision in decisions)
            _kept[decision.RequestId] = decision;
        return Task.CompletedTask;
    }

    public Task<KeptDecision?> ReadAsync(string requestId, CancellationToken cancellationToken) =>
        Failure is null ? Task.FromResult(_kept.GetValueOrDefault(requestId)) : Task.FromException<KeptDecision?>(Failure);

    public Task PurgeAsync(DateOnly day, CancellationToken cancellationToken)
    {
        Purged = day;
        return Failure is null ? Task.CompletedTask : Task.FromException(Failure);
    }
}
