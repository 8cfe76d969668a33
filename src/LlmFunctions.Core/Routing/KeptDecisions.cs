namespace LlmFunctions.Core.Routing;

/// <summary>Decisions as callers and operators see them. What fails to reach the storage throws <see cref="StorageUnavailableException"/>.</summary>
public sealed class KeptDecisions(IDecisionStore store, DecisionOptions options, TimeProvider time)
{
    /// <summary>The decision of a request, or null: it was not kept, or the request is another caller's.</summary>
    /// <param name="requestId">Any text.</param>
    /// <param name="owner">The caller; null: an operator, who sees every one.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    public async Task<KeptDecision?> FindAsync(string requestId, string? owner, CancellationToken cancellationToken) =>
        await store.ReadAsync(requestId, cancellationToken) is { } kept && (owner is null || kept.Owner == owner) ? kept : null;

    /// <summary>Removes what was kept long enough.</summary>
    public Task PurgeAsync(CancellationToken cancellationToken) =>
        store.PurgeAsync(DateOnly.FromDateTime((time.GetUtcNow() - options.Keep).UtcDateTime), cancellationToken);
}
