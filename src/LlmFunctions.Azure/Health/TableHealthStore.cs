using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Azure.Health;

/// <summary>The shared health as one partition of the table <c>{prefix}health</c>: a row per deployment, one per standby and the
/// epoch's.</summary>
public sealed class TableHealthStore(StorageClients clients) : IHealthStore
{
    // Rows of deployments begin with d., those of standbys with s.
    private const string AllRows = $"PartitionKey eq '{HealthEntity.Partition}' and RowKey ne '{HealthTable.EpochKey}'";

    private readonly HealthTable _table = new(clients);

    public Task<string?> ReadEpochAsync(CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "read whether health changed",
            async () => (await _table.FindAsync(HealthTable.EpochKey, cancellationToken))?.GetString(HealthTable.EpochValue),
            cancellationToken);

    public async Task<HealthSnapshot> ReadAllAsync(CancellationToken cancellationToken)
    {
        var epoch = await ReadEpochAsync(cancellationToken);
        var entities = await StorageCall.RunAsync("read the shared health", () => ListAsync(cancellationToken), cancellationToken);
        return new(epoch, [.. entities.Where(one => one.RowKey.StartsWith(HealthEntity.KeyPrefix, StringComparison.Ordinal)).Select(HealthEntity.ToRow)])
        {
            Standbys = [.. entities.Where(one => one.RowKey.StartsWith(StandbyEntity.KeyPrefix, StringComparison.Ordinal)).Select(StandbyEntity.ToRow)],
        };
    }

    public Task<HealthRow?> ReadAsync(DeploymentId id, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "read the health of a deployment",
            async () => await _table.FindAsync(HealthEntity.KeyOf(id), cancellationToken) is { } found ? HealthEntity.ToRow(found) : null,
            cancellationToken);

    public Task<bool> TryWriteAsync(HealthRow row, CancellationToken cancellationToken) => WriteAsync(row, isNews: true, cancellationToken);

    public Task<bool> TryWriteQuietlyAsync(HealthRow row, CancellationToken cancellationToken) => WriteAsync(row, isNews: false, cancellationToken);

    private Task<bool> WriteAsync(HealthRow row, bool isNews, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "share the health of a deployment",
            async () => await _table.TryWriteAsync(HealthEntity.ToAction(row), isNews, cancellationToken) is not null,
            cancellationToken);

    private async Task<IReadOnlyList<TableEntity>> ListAsync(CancellationToken cancellationToken)
    {
        var entities = new List<TableEntity>();
        try
        {
            await foreach (var entity in _table.Client.QueryAsync<TableEntity>(AllRows, cancellationToken: cancellationToken))
                entities.Add(entity);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Nothing was ever shared: the table comes with the first write.
            return [];
        }

        return entities;
    }
}
