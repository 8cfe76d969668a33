using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>A health table in memory, with the table's conflicts, outages and hangs.</summary>
internal sealed class FakeHealthStore : IHealthStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeploymentId, HealthRow> _rows = [];
    private int _version;
    private int _inCall;

    public bool Down { get; set; }

    /// <summary>Holds rows that cannot be understood.</summary>
    public bool Broken { get; set; }

    /// <summary>While set, calls wait for it and mind their token.</summary>
    public TaskCompletionSource? Hang { get; set; }

    public int EpochReads { get; private set; }

    public int FullReads { get; private set; }

    public int Writes { get; private set; }

    public int InCall => _inCall;

    public HealthRow? this[string id] => _rows.Values.SingleOrDefault(row => row.Id.ToString() == id);

    /// <summary>As another instance would write it, whatever is there.</summary>
    public void Put(HealthRow row)
    {
        lock (_lock)
            _rows[row.Id] = row with { ETag = $"{++_version}" };
    }

    public Task<string?> ReadEpochAsync(CancellationToken cancellationToken) => CallAsync(() =>
    {
        EpochReads++;
        return _version == 0 ? null : $"epoch {_version}";
    }, cancellationToken);

    public Task<HealthSnapshot> ReadAllAsync(CancellationToken cancellationToken) => CallAsync(() =>
    {
        if (Broken)
            throw new InvalidDataException("a row of another program");
        FullReads++;
        return new HealthSnapshot(_version == 0 ? null : $"epoch {_version}", [.. _rows.Values]);
    }, cancellationToken);

    public Task<HealthRow?> ReadAsync(DeploymentId id, CancellationToken cancellationToken) =>
        CallAsync(() => _rows.GetValueOrDefault(id), cancellationToken);

    public Task<bool> TryWriteAsync(HealthRow row, CancellationToken cancellationToken) => CallAsync(() =>
    {
        if (_rows.GetValueOrDefault(row.Id)?.ETag != row.ETag)
            return false;
        Writes++;
        _rows[row.Id] = row with { ETag = $"{++_version}" };
        return true;
    }, cancellationToken);

    private async Task<T> CallAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _inCall);
        try
        {
            if (Hang is { } hang)
                await hang.Task.WaitAsync(cancellationToken);
            if (Down)
                throw new StorageUnavailableException("down", new IOException());
            lock (_lock)
                return call();
        }
        finally
        {
            Interlocked.Decrement(ref _inCall);
        }
    }
}
