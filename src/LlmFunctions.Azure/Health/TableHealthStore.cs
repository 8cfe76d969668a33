using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Azure.Health;

/// <summary>The shared health as one partition of the table <c>{prefix}health</c>: a row per deployment and the epoch's.</summary>
public sealed class TableHealthStore : IHealthStore
{
    private const string EpochKey = "epoch";
    private const string EpochValue = "Value";
    private const string AllRows = $"PartitionKey eq '{HealthEntity.Partition}' and RowKey lt '{EpochKey}'";

    private readonly TableClient _table;
    private readonly CreateOnce _creation;

    public TableHealthStore(StorageClients clients)
    {
        _table = clients.Tables.GetTableClient($"{clients.Prefix}health");
        _creation = new(token => _table.CreateIfNotExistsAsync(token));
    }

    public Task<string?> ReadEpochAsync(CancellationToken cancellationToken) =>
        StorageCall.RunAsync("read whether health changed", async () =>
        {
            var found = await _table.GetEntityIfExistsAsync<TableEntity>(HealthEntity.Partition, EpochKey, cancellationToken: cancellationToken);
            return found.HasValue ? found.Value!.GetString(EpochValue) : null;
        }, cancellationToken);

    public async Task<HealthSnapshot> ReadAllAsync(CancellationToken cancellationToken)
    {
        var epoch = await ReadEpochAsync(cancellationToken);
        return new(epoch, await StorageCall.RunAsync("read the shared health", () => ListAsync(cancellationToken), cancellationToken));
    }

    public Task<HealthRow?> ReadAsync(DeploymentId id, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("read the health of a deployment", async () =>
        {
            var found = await _table.GetEntityIfExistsAsync<TableEntity>(
                HealthEntity.Partition, HealthEntity.KeyOf(id), cancellationToken: cancellationToken);
            return found.HasValue ? HealthEntity.ToRow(found.Value!) : null;
        }, cancellationToken);

    public Task<bool> TryWriteAsync(HealthRow row, CancellationToken cancellationToken)
    {
        var epoch = new TableEntity(HealthEntity.Partition, EpochKey) { [EpochValue] = Guid.NewGuid().ToString("N") };
        return TryWriteAsync([HealthEntity.ToAction(row), new(TableTransactionActionType.UpsertReplace, epoch)], cancellationToken);
    }

    public Task<bool> TryWriteQuietlyAsync(HealthRow row, CancellationToken cancellationToken) =>
        TryWriteAsync([HealthEntity.ToAction(row)], cancellationToken);

    private Task<bool> TryWriteAsync(TableTransactionAction[] actions, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("share the health of a deployment", async () =>
        {
            await _creation.EnsureAsync(cancellationToken);
            return await TrySubmitAsync(actions, cancellationToken);
        }, cancellationToken);

    private async Task<IReadOnlyList<HealthRow>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = new List<HealthRow>();
        try
        {
            await foreach (var entity in _table.QueryAsync<TableEntity>(AllRows, cancellationToken: cancellationToken))
                rows.Add(HealthEntity.ToRow(entity));
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Nothing was ever shared: the table comes with the first write.
            return [];
        }

        return rows;
    }

    private async Task<bool> TrySubmitAsync(TableTransactionAction[] actions, CancellationToken cancellationToken)
    {
        try
        {
            await _table.SubmitTransactionAsync(actions, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Somebody deleted the row or the whole table; the caller reads again and finds none.
            _creation.Forget();
            return false;
        }
    }
}
