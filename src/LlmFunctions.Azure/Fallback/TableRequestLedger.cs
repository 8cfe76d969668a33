using System.Buffers;
using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Azure.Fallback;

/// <summary>Queued requests as rows of the table <c>{prefix}ledger</c>, each a partition of its own; bodies and answers are blobs.</summary>
public sealed class TableRequestLedger : IRequestLedger
{
    // Ids come from callers too, and not every text can be a key.
    private const int MostIdLength = 128;
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly TableClient _rows;
    private readonly DueIndex _due;
    private readonly DeadLetters _deadLetters;
    private readonly LedgerBlobs _blobs;
    private readonly CreateOnce _creation;

    public TableRequestLedger(StorageClients clients, TimeProvider timeProvider)
    {
        var due = clients.Tables.GetTableClient($"{clients.Prefix}due");
        _rows = clients.Tables.GetTableClient($"{clients.Prefix}ledger");
        _due = new(due);
        _deadLetters = new(due, timeProvider);
        _blobs = new(clients.Blobs, clients.Prefix);
        _creation = new(token => Task.WhenAll(
            _rows.CreateIfNotExistsAsync(token), due.CreateIfNotExistsAsync(token), _blobs.CreateAsync(token)));
    }

    public int Shards => DueIndex.Shards;

    public Task<QueuedRequest> AddAsync(QueuedRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!IsId(request.Id))
            throw new ArgumentException($"'{request.Id}' cannot be the id of a request.", nameof(request));
        return StorageCall.RunAsync("store a queued request", async () =>
        {
            // What is not stored in full is never accepted: the sweeper finds the entry without a row and removes both.
            await WriteAsync(() => _blobs.AddBodyAsync(request.Id, body, cancellationToken), cancellationToken);
            await WriteAsync(() => _due.AddAsync(request.Id, request.DueAt, cancellationToken), cancellationToken);
            var row = LedgerEntity.From(request);
            Response? stored = null;
            await WriteAsync(async () => stored = await _rows.AddEntityAsync(row, cancellationToken), cancellationToken);
            return request with { ETag = ETagOf(stored!) };
        }, cancellationToken);
    }

    public Task<QueuedRequest?> ReadAsync(string id, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("read a queued request", async () =>
        {
            if (!IsId(id))
                return null;
            var found = await _rows.GetEntityIfExistsAsync<TableEntity>(id, LedgerEntity.RowKey, cancellationToken: cancellationToken);
            return found.HasValue ? LedgerEntity.ToRow(found.Value!) : null;
        }, cancellationToken);

    public Task<QueuedRequest?> TryUpdateAsync(QueuedRequest request, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("update a queued request", async () =>
        {
            var expected = new ETag(request.ETag ?? throw new ArgumentException("The request was not read from the ledger.", nameof(request)));
            try
            {
                var stored = await _rows.UpdateEntityAsync(LedgerEntity.From(request), expected, TableUpdateMode.Replace, cancellationToken);
                return request with { ETag = ETagOf(stored) };
            }
            // Changed or purged by another.
            catch (RequestFailedException e) when (e.Status is 404 or 412)
            {
                return null;
            }
        }, cancellationToken);

    public Task<ReadOnlyMemory<byte>?> ReadBodyAsync(string id, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("read the body of a queued request", () => _blobs.ReadBodyAsync(id, cancellationToken), cancellationToken);

    public Task WriteAnswerAsync(string id, int lease, StoredResponse answer, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "store the answer of a queued request",
            () => WriteAsync(() => _blobs.WriteAnswerAsync(id, lease, answer, cancellationToken), cancellationToken),
            cancellationToken);

    public Task<StoredResponse?> ReadAnswerAsync(string id, int lease, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "read the answer of a queued request", () => _blobs.ReadAnswerAsync(id, lease, cancellationToken), cancellationToken);

    public Task RemoveAnswerAsync(string id, int lease, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("remove an answer", () => _blobs.RemoveAnswerAsync(id, lease, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<DueRequest>> ListDueAsync(int shard, DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("list unfinished requests", () => _due.ListAsync(shard, now, most, cancellationToken), cancellationToken);

    public Task AddDueAsync(string id, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "note when a request is due", () => WriteAsync(() => _due.AddAsync(id, dueAt, cancellationToken), cancellationToken), cancellationToken);

    public Task MoveDueAsync(DueRequest entry, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("note when a request is due", () => _due.MoveAsync(entry, dueAt, cancellationToken), cancellationToken);

    public Task RemoveDueAsync(DueRequest entry, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("note that a request is finished", () => _due.RemoveAsync(entry, cancellationToken), cancellationToken);

    public Task PurgeAsync(string id, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("remove a queued request", async () =>
        {
            // The row last: while it is there, a removal that broke off can be done again.
            await _blobs.RemoveAsync(id, cancellationToken);
            await _rows.DeleteEntityAsync(id, LedgerEntity.RowKey, ETag.All, cancellationToken);
        }, cancellationToken);

    public Task SetDeadLetterAsync(string id, bool isDead, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "list a dead letter",
            () => isDead
                ? WriteAsync(() => _deadLetters.AddAsync(id, cancellationToken), cancellationToken)
                : _deadLetters.RemoveAsync(id, cancellationToken),
            cancellationToken);

    public Task<IReadOnlyList<string>> ListDeadLettersAsync(int most, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("list the dead letters", () => _deadLetters.ListAsync(most, cancellationToken), cancellationToken);

    private static bool IsId(string id) => id.Length is > 0 and <= MostIdLength && !id.AsSpan().ContainsAnyExcept(IdCharacters);

    private static string ETagOf(Response stored) => stored.Headers.ETag?.ToString() ?? throw new InvalidDataException("Storage named no ETag.");

    private async Task WriteAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        await _creation.EnsureAsync(cancellationToken);
        try
        {
            await write();
        }
        // Somebody deleted the table or the container under us; what was there is lost either way.
        catch (RequestFailedException e) when (e.Status == 404)
        {
            _creation.Forget();
            await _creation.EnsureAsync(cancellationToken);
            await write();
        }
    }
}
