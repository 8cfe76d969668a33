using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Azure.Catalog;

/// <summary>The table <c>{prefix}catalog</c>: a row <c>v0000000001</c> per version, and the row <c>head</c>.</summary>
internal sealed class CatalogTable(TableClient table)
{
    private const string Partition = "catalog";
    private const string HeadRow = "head";

    public Task CreateAsync(CancellationToken cancellationToken) => table.CreateIfNotExistsAsync(cancellationToken);

    /// <summary>Null also when there is no table yet.</summary>
    public async Task<CatalogHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Partition, HeadRow, cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } head } && head.GetInt64("Number") is { } number
            ? new CatalogHead(number, head.ETag.ToString())
            : null;
    }

    /// <summary>Newest first; none also when there is no table yet.</summary>
    public async Task<IReadOnlyList<CatalogVersion>> ListAsync(CancellationToken cancellationToken)
    {
        var versions = new List<CatalogVersion>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {"v"} and RowKey lt {"w"}");
        try
        {
            await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            {
                if (long.TryParse(row.RowKey.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    versions.Add(new(number, row.GetString("Hash") ?? "", row.GetString("Author") ?? "", row.GetDateTimeOffset("CreatedAt") ?? default));
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return [];
        }
        versions.Reverse();
        return versions;
    }

    /// <summary>False when the number is taken.</summary>
    public Task<bool> TryAddAsync(CatalogVersion version, CancellationToken cancellationToken) =>
        TryAddAsync(
            new TableEntity(Partition, string.Create(CultureInfo.InvariantCulture, $"v{version.Number:D10}"))
            {
                ["Hash"] = version.Hash,
                ["Author"] = version.Author,
                ["CreatedAt"] = version.CreatedAt,
            },
            cancellationToken);

    public async Task<bool> TryMoveHeadAsync(long number, CatalogHead? expected, CancellationToken cancellationToken)
    {
        var row = new TableEntity(Partition, HeadRow) { ["Number"] = number };
        if (expected is null)
            return await TryAddAsync(row, cancellationToken);
        try
        {
            await table.UpdateEntityAsync(row, new ETag(expected.ETag), TableUpdateMode.Replace, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412 || (e.Status == 404 && e.ErrorCode == TableErrorCode.ResourceNotFound))
        {
            return false;
        }
    }

    private async Task<bool> TryAddAsync(TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            await table.AddEntityAsync(row, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409 && e.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return false;
        }
    }
}
