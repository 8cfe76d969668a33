using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>The health that instances share. What fails to reach the storage throws
/// <see cref="StorageUnavailableException"/>. No method retries.</summary>
public interface IHealthStore
{
    /// <summary>A value that changes with every write of a row; null before the first.</summary>
    Task<string?> ReadEpochAsync(CancellationToken cancellationToken);

    /// <summary>The epoch, then every row.</summary>
    Task<HealthSnapshot> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>One row, or null.</summary>
    Task<HealthRow?> ReadAsync(DeploymentId id, CancellationToken cancellationToken);

    /// <summary>Writes a row and, in the same transaction, a new epoch. False when the stored row is not the one that
    /// <see cref="HealthRow.ETag"/> names (null: there must be none).</summary>
    Task<bool> TryWriteAsync(HealthRow row, CancellationToken cancellationToken);

    /// <summary>As <see cref="TryWriteAsync"/> without a new epoch: what no instance needs to learn before it asks for the row.</summary>
    Task<bool> TryWriteQuietlyAsync(HealthRow row, CancellationToken cancellationToken);
}
