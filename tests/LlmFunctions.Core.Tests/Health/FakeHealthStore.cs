using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>A health table in memory, with the table's conflicts, outages and hangs.</summary>
internal sealed class FakeHealthStore : IHealthStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeploymentId, HealthRow> _rows = [];
    private int _version;
    private int _epoch;
    private int _inCall;

    public bool Down { get; set; }

    /// <summary>Holds rows that cannot be understood.</summary>
    public bool Broken { get; set; }

    /// <summary>While set, calls wait for it and mind their token.</summary>
    public TaskCompletionSource? Hang { get; set; }

    public int EpochReads { get; private set; }

    public int FullReads { get; private set; }

    public int Writes { get; private set; }

    public int QuietWrites { get; private set; }

    public int RowReads { get; private set; }

    public int InCall => _inCall;

    public HealthRow? this[string id] => _rows.Values.SingleOrDefault(row => row.Id.ToString() == id);

    public void ResetCounts() => EpochReads = FullReads = Writes = QuietWrites = RowReads = 0;

    /// <summary>As another instance would write it, whatever is there.</summary>
    public void Put(HealthRow row)
    {
        lock (_lock)
        {
            _epoch++;
            _rows[row.Id] = row with { ETag = $"{++_version}" };
        }
    }

    public Task<string?> ReadEpochAsync(CancellationToken cancellationToken) => CallAsync(() =>
    {
        EpochReads++;
        return Epoch();
    }, cancellationToken);

    public Task<HealthSnapshot> ReadAllAsync(CancellationToken cancellationToken) => CallAsync(() =>
    {
        if (Broken)
            throw new InvalidDataException("a row of another program");
        FullReads++;
        return new HealthSnapshot(Epoch(), [.. _rows.Values]);
    }, cancellationToken);

    public Task<HealthRow?> ReadAsync(DeploymentId id, CancellationToken cancellationToken) =>
        CallAsync(() =>
        {
            if (Broken)
                throw new InvalidDataException("a row of another program");
            RowReads++;
            return _rows.GetValueOrDefault(id);
        }, cancellationToken);

    public Task<bool> TryWriteAsync(HealthRow row, CancellationToken cancellationToken) => CallAsync(() =>
    {
        if (!TryReplace(row))
            return false;
        Writes++;
        _epoch++;
        return true;
    }, cancellationToken);

    public Task<bool> TryWriteQuietlyAsync(HealthRow row, CancellationToken cancellationToken) => CallAsync(() =>
    {
        if (!TryReplace(row))
            return false;
        QuietWrites++;
        return true;
    }, cancellationToken);

    private string? Epoch() => _epoch == 0 ? null : $"epoch {_epoch}";

    private bool TryReplace(HealthRow row)
    {
        if (_rows.GetValueOrDefault(row.Id)?.ETag != row.ETag)
            return false;
        _rows[row.Id] = row with { ETag = $"{++_version}" };
        return true;
    }

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
