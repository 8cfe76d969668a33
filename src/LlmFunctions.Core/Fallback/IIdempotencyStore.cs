namespace LlmFunctions.Core.Fallback;

/// <summary>Keeps idempotency keys. What fails to reach the storage throws <see cref="StorageUnavailableException"/>.</summary>
public interface IIdempotencyStore
{
    Task<IdempotencyEntry?> ReadAsync(string owner, string key, CancellationToken cancellationToken);

    /// <summary>Inserts (<see cref="IdempotencyEntry.ETag"/> null) or writes over the entry the ETag names. Null when the stored
    /// one is another, or there is one already.</summary>
    Task<IdempotencyEntry?> TryWriteAsync(IdempotencyEntry entry, CancellationToken cancellationToken);

    /// <summary>Frees the key, if the entry is still the stored one.</summary>
    Task RemoveAsync(IdempotencyEntry entry, CancellationToken cancellationToken);

    /// <summary>Entries that have expired, in no order. Reads the whole table to find them.</summary>
    Task<IReadOnlyList<IdempotencyEntry>> ListExpiredAsync(DateTimeOffset now, int most, CancellationToken cancellationToken);
}
