using System.Globalization;
using Azure;
using Azure.Data.Tables;
using LlmFunctions.Azure.Fallback;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Azure.Health;

/// <summary>Hours as partitions of the table <c>{prefix}availability</c>, such as <c>2026030405</c>: a row <c>i.{instance}</c> for each
/// instance's sheet until they are merged into the row <c>all</c>, in transactions that add and remove at once.</summary>
internal sealed class SheetTable(TableClient table)
{
    private const string Merged = "all";
    private const string OfInstance = "i.";
    private const string AfterInstances = "i/";
    private const string Instance = "Instance";
    private const string Text = "Sheet";
    private const string Format = "yyyyMMddHH";

    // The merged row takes one of the hundred places of a transaction.
    private const int MostPerMerge = 99;

    private static readonly string[] Keys = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];

    /// <exception cref="InvalidDataException">It is larger than a row can be.</exception>
    public Task WriteAsync(string instance, DateTimeOffset hour, HourSheet sheet, CancellationToken cancellationToken)
    {
        var entity = TryCreate(hour, $"{OfInstance}{TableKey.Encode(instance)}", sheet)
            ?? throw new InvalidDataException($"The availability of {sheet.Deployments.Count} deployments is larger than a row.");
        entity[Instance] = instance;
        return table.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
    }

    public async Task<IReadOnlyList<StoredSheet>> ReadAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var sheets = new List<StoredSheet>();
        await foreach (var entity in QueryAsync(Between(since, until), null, cancellationToken))
            sheets.Add(ToSheet(entity));
        return sheets;
    }

    public async Task MergeAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan hold, CancellationToken cancellationToken)
    {
        var hours = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entity in QueryAsync($"{Between(since, until)} and RowKey ge '{OfInstance}' and RowKey lt '{AfterInstances}'", Keys, cancellationToken))
            hours.Add(entity.PartitionKey);
        foreach (var hour in hours)
        {
            while (await TryMergeSomeAsync(hour, hold, cancellationToken))
            {
            }
        }
    }

    /// <summary>A page at a time: the rest is found the next time.</summary>
    public async Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = TableClient.CreateQueryFilter($"PartitionKey lt {NameOf(HourSheet.HourOf(before))}");
        await foreach (var page in table.QueryAsync<TableEntity>(old, select: Keys, cancellationToken: cancellationToken).AsPages())
        {
            foreach (var entity in page.Values)
                await table.DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ETag.All, cancellationToken);
            return;
        }
    }

    /// <summary>Whether there may be more. False too when somebody else merged these meanwhile.</summary>
    private async Task<bool> TryMergeSomeAsync(string hour, TimeSpan hold, CancellationToken cancellationToken)
    {
        TableEntity? merged = null;
        var parts = new List<TableEntity>();
        await foreach (var row in QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {hour}"), null, cancellationToken))
        {
            if (row.RowKey == Merged)
                merged = row;
            else if (parts.Count < MostPerMerge)
                parts.Add(row);
        }

        if (parts.Count == 0)
            return false;
        var begin = HourOf(hour);
        var sheets = parts.Select(SheetOf);
        var sum = (merged is null ? sheets : sheets.Prepend(SheetOf(merged))).Aggregate((one, other) => one.Add(begin, other, hold));
        // What no row can hold is read as it is.
        if (TryCreate(begin, Merged, sum) is not { } entity)
            return false;
        var actions = new List<TableTransactionAction>
        {
            merged is null ? new(TableTransactionActionType.Add, entity) : new(TableTransactionActionType.UpdateReplace, entity, merged.ETag),
        };
        actions.AddRange(parts.Select(part => new TableTransactionAction(TableTransactionActionType.Delete, part, part.ETag)));
        return await TrySubmitAsync(actions, cancellationToken) && parts.Count == MostPerMerge;
    }

    private async Task<bool> TrySubmitAsync(List<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            await table.SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private AsyncPageable<TableEntity> QueryAsync(string filter, string[]? columns, CancellationToken cancellationToken) =>
        table.QueryAsync<TableEntity>(filter, select: columns, cancellationToken: cancellationToken);

    private static string Between(DateTimeOffset since, DateTimeOffset until) =>
        TableClient.CreateQueryFilter($"PartitionKey ge {NameOf(since)} and PartitionKey lt {NameOf(HourSheet.HourOf(until.AddTicks(-1)) + HourSheet.Length)}");

    private static string NameOf(DateTimeOffset moment) => moment.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    private static DateTimeOffset HourOf(string name) => DateTimeOffset.ParseExact(name, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Null when it is larger than a row can be.</summary>
    private static TableEntity? TryCreate(DateTimeOffset hour, string key, HourSheet sheet)
    {
        var entity = new TableEntity(NameOf(hour), key);
        return WideText.TryWrite(entity, Text, sheet.ToJson()) ? entity : null;
    }

    private static StoredSheet ToSheet(TableEntity entity) =>
        new(HourOf(entity.PartitionKey), entity.RowKey == Merged ? null : entity.GetString(Instance), SheetOf(entity));

    private static HourSheet SheetOf(TableEntity entity) => WideText.Read(entity, Text) is { } json ? HourSheet.Parse(json) : HourSheet.Empty;
}
