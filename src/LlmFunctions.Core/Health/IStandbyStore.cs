namespace LlmFunctions.Core.Health;

/// <summary>What instances share about endpoints that are not always running; it is read with the shared health
/// (<see cref="HealthSnapshot.Standbys"/>). What fails to reach the storage throws <see cref="StorageUnavailableException"/>.
/// No method retries.</summary>
public interface IStandbyStore
{
    /// <summary>One row, or null.</summary>
    Task<StandbyRow?> ReadAsync(string endpoint, CancellationToken cancellationToken);

    /// <summary>Writes a row and, in the same transaction, a new epoch of the shared health. Gives the row with its new ETag,
    /// or null when the stored row is not the one that <see cref="StandbyRow.ETag"/> names (null: there must be none).</summary>
    Task<StandbyRow?> TryWriteAsync(StandbyRow row, CancellationToken cancellationToken);
}
