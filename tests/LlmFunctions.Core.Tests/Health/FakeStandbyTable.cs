using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>The shared table with the rows of standbys in it, one epoch for both.</summary>
internal sealed class FakeStandbyTable : IHealthStore, IStandbyStore
{
    private readonly Lock _lock = new();
    private readonly FakeHealthStore _health = new();
    private readonly Dictionary<string, StandbyRow> _rows = [];
    private int _version;

    public bool Down { get; set; }

    public int Calls { get; private set; }

    public StandbyRow? this[string endpoint]
    {
        get { lock (_lock) return _rows.GetValueOrDefault(endpoint); }
    }

    /// <summary>As an older backup, or an operator, would leave it.</summary>
    public void Clear()
    {
        lock (_lock)
            _rows.Clear();
    }

    public async Task<string?> ReadEpochAsync(CancellationToken cancellationToken)
    {
        Check();
        return $"{await _health.ReadEpochAsync(cancellationToken)} {_version}";
    }

    public async Task<HealthSnapshot> ReadAllAsync(CancellationToken cancellationToken)
    {
        Check();
        var snapshot = await _health.ReadAllAsync(cancellationToken);
        lock (_lock)
            return snapshot with { Epoch = $"{snapshot.Epoch} {_version}", Standbys = [.. _rows.Values] };
    }

    public Task<HealthRow?> ReadAsync(DeploymentId id, CancellationToken cancellationToken) => _health.ReadAsync(id, cancellationToken);

    public Task<bool> TryWriteAsync(HealthRow row, CancellationToken cancellationToken) => _health.TryWriteAsync(row, cancellationToken);

    public Task<bool> TryWriteQuietlyAsync(HealthRow row, CancellationToken cancellationToken) => _health.TryWriteQuietlyAsync(row, cancellationToken);

    public Task<StandbyRow?> ReadAsync(string endpoint, CancellationToken cancellationToken)
    {
        Check();
        return Task.FromResult(this[endpoint]);
    }

    public Task<StandbyRow?> TryWriteAsync(StandbyRow row, CancellationToken cancellationToken)
    {
        Check();
        lock (_lock)
        {
            if (_rows.GetValueOrDefault(row.Endpoint)?.ETag != row.ETag)
                return Task.FromResult<StandbyRow?>(null);
            return Task.FromResult<StandbyRow?>(_rows[row.Endpoint] = row with { ETag = $"{++_version}" });
        }
    }

    private void Check()
    {
        Calls++;
        if (Down)
            throw new StorageUnavailableException("down", new IOException());
    }
}
