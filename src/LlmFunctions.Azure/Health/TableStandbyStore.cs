using LlmFunctions.Core.Health;

namespace LlmFunctions.Azure.Health;

/// <summary>The rows of standbys, beside those of deployments in the table <c>{prefix}health</c>, so that one look at the epoch
/// tells of both.</summary>
public sealed class TableStandbyStore(StorageClients clients) : IStandbyStore
{
    private readonly HealthTable _table = new(clients);

    public Task<StandbyRow?> ReadAsync(string endpoint, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "read whether a standby runs",
            async () => await _table.FindAsync(StandbyEntity.KeyOf(endpoint), cancellationToken) is { } found ? StandbyEntity.ToRow(found) : null,
            cancellationToken);

    public Task<StandbyRow?> TryWriteAsync(StandbyRow row, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(
            "share whether a standby runs",
            async () => await _table.TryWriteAsync(StandbyEntity.ToAction(row), isNews: true, cancellationToken) is { } etag ? row with { ETag = etag.ToString() } : null,
            cancellationToken);
}
