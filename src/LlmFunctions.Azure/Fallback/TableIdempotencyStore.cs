using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Azure.Fallback;

/// <summary>Idempotency keys as rows of the table <c>{prefix}idempotency</c>, a partition per owner.</summary>
public sealed class TableIdempotencyStore : IIdempotencyStore
{
    private readonly TableClient _table;
    private readonly CreateOnce _creation;

    public TableIdempotencyStore(StorageClients clients)
    {
        _table = clients.Tables.GetTableClient($"{clients.Prefix}idempotency");
        _creation = new(token => _table.CreateIfNotExistsAsync(token));
    }

    public Task<IdempotencyEntry?> ReadAsync(string owner, string key, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("read an idempotency key", async () =>
        {
            var found = await _table.GetEntityIfExistsAsync<TableEntity>(
                IdempotencyEntity.PartitionOf(owner), IdempotencyEntity.RowOf(key), cancellationToken: cancellationToken);
            return found.HasValue ? IdempotencyEntity.ToEntry(found.Value!) : null;
        }, cancellationToken);

    public Task<IdempotencyEntry?> TryWriteAsync(IdempotencyEntry entry, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("note an idempotency key", () => TrySendAsync(entry, cancellationToken), cancellationToken);

    public Task RemoveAsync(IdempotencyEntry entry, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("free an idempotency key", async () =>
        {
            var stored = new ETag(entry.ETag ?? throw new ArgumentException("The entry is not stored.", nameof(entry)));
            try
            {
                await _table.DeleteEntityAsync(IdempotencyEntity.PartitionOf(entry.Owner), IdempotencyEntity.RowOf(entry.Key), stored, cancellationToken);
            }
            catch (RequestFailedException e) when (e.Status == 412)
            {
                // Written over meanwhile: it is another's now.
            }
        }, cancellationToken);

    public Task<IReadOnlyList<IdempotencyEntry>> ListExpiredAsync(DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("list expired idempotency keys", () => ListAsync(now, most, cancellationToken), cancellationToken);

    private async Task<IdempotencyEntry?> TrySendAsync(IdempotencyEntry entry, CancellationToken cancellationToken)
    {
        await _creation.EnsureAsync(cancellationToken);
        var entity = IdempotencyEntity.From(entry);
        try
        {
            var stored = entry.ETag is { } expected
                ? await _table.UpdateEntityAsync(entity, new ETag(expected), TableUpdateMode.Replace, cancellationToken)
                : await _table.AddEntityAsync(entity, cancellationToken);
            return entry with { ETag = stored.Headers.ETag.ToString() };
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Somebody removed the entry or deleted the whole table; the caller reads again and finds none.
            _creation.Forget();
            return null;
        }
    }

    private async Task<IReadOnlyList<IdempotencyEntry>> ListAsync(DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        var expired = new List<IdempotencyEntry>();
        var filter = TableClient.CreateQueryFilter($"ExpiresAt le {now}");
        try
        {
            await foreach (var entity in _table.QueryAsync<TableEntity>(filter, Math.Clamp(most, 1, 1000), cancellationToken: cancellationToken))
            {
                if (expired.Count == most)
                    break;
                expired.Add(IdempotencyEntity.ToEntry(entity));
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // No key was ever noted: the table comes with the first one.
        }

        return expired;
    }
}
