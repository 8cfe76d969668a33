using Azure;
using Azure.Data.Tables;

namespace LlmFunctions.Azure.Fallback;

/// <summary>The list of dead letters: the partition <c>dead</c> of the table <c>{prefix}due</c>, a row per request with the time
/// it was listed.</summary>
internal sealed class DeadLetters(TableClient table, TimeProvider timeProvider)
{
    private const string Partition = "dead";
    private const string ListedAt = "ListedAt";
    private const string AllRows = $"PartitionKey eq '{Partition}'";
    private static readonly string[] Columns = [nameof(TableEntity.RowKey), ListedAt];

    public Task AddAsync(string id, CancellationToken cancellationToken) =>
        table.UpsertEntityAsync(
            new TableEntity(Partition, id) { [ListedAt] = timeProvider.GetUtcNow() }, TableUpdateMode.Replace, cancellationToken);

    public Task RemoveAsync(string id, CancellationToken cancellationToken) =>
        table.DeleteEntityAsync(Partition, id, ETag.All, cancellationToken);

    /// <summary>Reads them all, for a row must be found by its id too: they wait for an operator, so they are few.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(int most, CancellationToken cancellationToken)
    {
        var found = new List<(DateTimeOffset ListedAt, string Id)>();
        try
        {
            await foreach (var row in table.QueryAsync<TableEntity>(AllRows, select: Columns, cancellationToken: cancellationToken))
                found.Add((row.GetDateTimeOffset(ListedAt) ?? default, row.RowKey));
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Nothing was ever queued: the table comes with the first request.
        }

        return [.. found.OrderByDescending(letter => letter).Take(most).Select(letter => letter.Id)];
    }
}
