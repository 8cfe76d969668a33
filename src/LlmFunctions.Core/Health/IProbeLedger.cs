namespace LlmFunctions.Core.Health;

/// <summary>What instances share so that one of them probes at a time. What fails to reach the storage throws
/// <see cref="StorageUnavailableException"/>.</summary>
public interface IProbeLedger
{
    /// <summary>Takes the lease of an endpoint's regular probe if it is free, expired or the holder's own.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="holder">This instance.</param>
    /// <param name="now">From the TimeProvider.</param>
    /// <param name="duration">The probe's interval: who holds the lease asks, others rely on what it learns.</param>
    Task<bool> TryLeaseAsync(string endpoint, string holder, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Takes tokens out of the budget of a day (UTC). False when it would be exceeded.</summary>
    Task<bool> TrySpendAsync(DateOnly day, int tokens, int budget, CancellationToken cancellationToken);
}
