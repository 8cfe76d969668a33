using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Azure.Fallback;

/// <summary>The index of unfinished requests in the table <c>{prefix}due</c>: partitions <c>00</c> to <c>15</c> by the request's
/// id, rows such as <c>0639081234567890123-req_0198…</c>, so that what is due comes first.</summary>
internal sealed class DueIndex(TableClient table)
{
    public const int Shards = 16;

    private const int TicksLength = 19;
    private static readonly string[] Keys = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];

    public Task AddAsync(string id, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
        table.UpsertEntityAsync(new TableEntity(ShardOf(id), KeyOf(id, dueAt)), TableUpdateMode.Replace, cancellationToken);

    public async Task<IReadOnlyList<DueRequest>> ListAsync(int shard, DateTimeOffset now, int most, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {NameOf(shard)} and RowKey lt {TextOf(now.UtcTicks + 1)}");
        var due = new List<DueRequest>();
        try
        {
            await foreach (var row in table.QueryAsync<TableEntity>(filter, Math.Clamp(most, 1, 1000), Keys, cancellationToken))
            {
                if (due.Count == most)
                    break;
                due.Add(new(row.RowKey[(TicksLength + 1)..], TimeOf(row.RowKey), row.RowKey));
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Nothing was ever queued: the table comes with the first request.
        }

        return due;
    }

    /// <summary>Both writes or none. Of two sweepers that move the same entry one finds it gone, so that entries do not multiply.</summary>
    public async Task MoveAsync(DueRequest entry, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        var shard = ShardOf(entry.Id);
        var key = KeyOf(entry.Id, dueAt);
        if (key == entry.Key)
            return;
        try
        {
            await table.SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.UpsertReplace, new TableEntity(shard, key)),
                    new(TableTransactionActionType.Delete, new TableEntity(shard, entry.Key), ETag.All),
                ],
                cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Moved or removed by another.
        }
    }

    public Task RemoveAsync(DueRequest entry, CancellationToken cancellationToken) =>
        table.DeleteEntityAsync(ShardOf(entry.Id), entry.Key, ETag.All, cancellationToken);

    /// <summary>The same in every version of the program.</summary>
    public static int NumberOf(string id) => (int)(XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(id)) % Shards);

    private static string ShardOf(string id) => NameOf(NumberOf(id));

    private static string NameOf(int shard) => shard.ToString("D2", CultureInfo.InvariantCulture);

    private static string KeyOf(string id, DateTimeOffset dueAt) => $"{TextOf(dueAt.UtcTicks)}-{id}";

    private static string TextOf(long ticks) => ticks.ToString("D19", CultureInfo.InvariantCulture);

    private static DateTimeOffset TimeOf(string key) =>
        new(long.Parse(key.AsSpan(0, TicksLength), NumberStyles.None, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
