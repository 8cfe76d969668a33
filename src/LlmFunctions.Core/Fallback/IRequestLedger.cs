namespace LlmFunctions.Core.Fallback;

/// <summary>The durable record of queued requests. What fails to reach the storage throws
/// <see cref="StorageUnavailableException"/>; nothing retries.</summary>
public interface IRequestLedger
{
    /// <summary>How many shards the index of unfinished requests has.</summary>
    int Shards { get; }

    /// <summary>Stores the body, then the index entry, then the row: once it returns, the request is durable.</summary>
    Task<QueuedRequest> AddAsync(QueuedRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

    Task<QueuedRequest?> ReadAsync(string id, CancellationToken cancellationToken);

    /// <summary>Writes the row over the one that <see cref="QueuedRequest.ETag"/> names. Null when the stored one is another by now.</summary>
    Task<QueuedRequest?> TryUpdateAsync(QueuedRequest request, CancellationToken cancellationToken);

    Task<ReadOnlyMemory<byte>?> ReadBodyAsync(string id, CancellationToken cancellationToken);

    /// <summary>Stores the answer of one lease; the row's <see cref="QueuedRequest.AnswerLease"/> makes it visible.</summary>
    Task WriteAnswerAsync(string id, int lease, StoredResponse answer, CancellationToken cancellationToken);

    Task<StoredResponse?> ReadAnswerAsync(string id, int lease, CancellationToken cancellationToken);

    /// <summary>Removes the answer of one lease, if there is one.</summary>
    Task RemoveAnswerAsync(string id, int lease, CancellationToken cancellationToken);

    /// <summary>Entries of one shard that are due, earliest first.</summary>
    Task<IReadOnlyList<DueRequest>> ListDueAsync(int shard, DateTimeOffset now, int most, CancellationToken cancellationToken);

    /// <summary>Adds an entry for a request that was finished and is not any more.</summary>
    Task AddDueAsync(string id, DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>Moves an entry to another time.</summary>
    Task MoveDueAsync(DueRequest entry, DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>Removes an entry whose request is finished, or never came to be.</summary>
    Task RemoveDueAsync(DueRequest entry, CancellationToken cancellationToken);

    /// <summary>Removes body, answers and row of a request.</summary>
    Task PurgeAsync(string id, CancellationToken cancellationToken);

    /// <summary>Lists a request among the dead letters, or takes it from the list.</summary>
    Task SetDeadLetterAsync(string id, bool isDead, CancellationToken cancellationToken);

    /// <summary>Ids of dead letters, newest first.</summary>
    Task<IReadOnlyList<string>> ListDeadLettersAsync(int most, CancellationToken cancellationToken);
}
