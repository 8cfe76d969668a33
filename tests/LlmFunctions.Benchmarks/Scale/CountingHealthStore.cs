using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Benchmarks.Scale;

/// <summary>The shared health in memory; counts what a table would be asked.</summary>
internal sealed class CountingHealthStore : IHealthStore
{
    private readonly Dictionary<DeploymentId, HealthRow> _rows = [];
    private long _epoch;

    public long EpochReads { get; private set; }

    /// <summary>Queries for all rows: one operation for each 1,000 of them.</summary>
    public long RowQueries { get; private set; }

    public long EntitiesRead { get; private set; }

    public long Transactions { get; private set; }

    public void Clear() => (EpochReads, RowQueries, EntitiesRead, Transactions) = (0, 0, 0, 0);

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
        Transactions++;
        if (_rows.GetValueOrDefault(row.Id)?.ETag != row.ETag)
            return Task.FromResult(false);
        _rows[row.Id] = row with { ETag = $"{++_epoch}" };
        return Task.FromResult(true);
    }
}
