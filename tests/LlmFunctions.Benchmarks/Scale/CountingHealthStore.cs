using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Benchmarks.Scale;

/// <summary>The shared health in memory; counts what a table would be asked.</summary>
internal sealed class CountingHealthStore : IHealthStore
{
    private readonly Dictionary<DeploymentId, HealthRow> _rows = [];
    private long _epoch;
    private long _writes;
    private long _clearedAt;

    public long EpochReads { get; private set; }

    /// <summary>Queries for all rows: one operation for each 1,000 of them.</summary>
    public long RowQueries { get; private set; }

    public long EntitiesRead { get; private set; }

    public long Transactions => _writes - _clearedAt;

    public void Clear() => (EpochReads, RowQueries, EntitiesRead, _clearedAt) = (0, 0, 0, _writes);

    public Task<string?> ReadEpochAsync(CancellationToken cancellationToken)
    {
        EpochReads++;
        return Task.FromResult(_epoch == 0 ? null : $"{_epoch}");
    }

    public async Task<HealthSnapshot> ReadAllAsync(CancellationToken cancellationToken)
    {
        var epoch = await ReadEpochAsync(cancellationToken);
        RowQueries += Math.Max(1, (_rows.Count + 999) / 1000);
        EntitiesRead += _rows.Count;
        return new(epoch, [.. _rows.Values]);
    }

    public Task<HealthRow?> ReadAsync(DeploymentId id, CancellationToken cancellationToken)
    {
        EntitiesRead++;
        return Task.FromResult(_rows.GetValueOrDefault(id));
    }

    public Task<bool> TryWriteAsync(HealthRow row, CancellationToken cancellationToken)
    {
        if (!TryWrite(row))
            return Task.FromResult(false);
        _epoch++;
        return Task.FromResult(true);
    }

    public Task<bool> TryWriteQuietlyAsync(HealthRow row, CancellationToken cancellationToken) => Task.FromResult(TryWrite(row));

    private bool TryWrite(HealthRow row)
    {
        _writes++;
        if (_rows.GetValueOrDefault(row.Id)?.ETag != row.ETag)
            return false;
        _rows[row.Id] = row with { ETag = $"{_writes}" };
        return true;
    }
}
