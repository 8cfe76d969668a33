namespace LlmFunctions.Core.Routing;

/// <summary>Decisions that can be read later. What fails to reach the storage throws <see cref="StorageUnavailableException"/>.</summary>
public interface IDecisionStore
{
    /// <summary>Writes them, each over an older one of the same request.</summary>
    Task WriteAsync(IReadOnlyCollection<KeptDecision> decisions, CancellationToken cancellationToken);

    /// <summary>The decision of a request, or null. Any text may be asked for.</summary>
    Task<KeptDecision?> ReadAsync(string requestId, CancellationToken cancellationToken);

    /// <summary>Removes the decisions of requests that came on days (UTC) before that one.</summary>
    Task PurgeAsync(DateOnly day, CancellationToken cancellationToken);
}
