namespace LlmFunctions.Core.Health;

/// <summary>What this instance knows about an endpoint that is not always running. Thread-safe.</summary>
internal sealed class StandbyState(string endpoint)
{
    private readonly Lock _lock = new();
    private volatile StandbyRow _row = new() { Endpoint = endpoint };
    private volatile bool _isUnsaved;

    public StandbyRow Row => _row;

    public bool IsReady => _row.Phase == StandbyPhase.Ready;

    /// <summary>Whether it holds what could not be shared while the storage was out.</summary>
    public bool IsUnsaved => _isUnsaved;

    /// <summary>Takes over what the shared table holds, unless this instance knows better.</summary>
    public void Merge(StandbyRow stored)
    {
        lock (_lock)
        {
            // A read that was overtaken by a write of our own, or what was done without the storage.
            if (stored.Version < _row.Version)
                _row = _row with { ETag = stored.ETag };
            else
                (_row, _isUnsaved) = (stored, false);
        }
    }

    /// <summary>Takes over what this instance has written.</summary>
    public void Set(StandbyRow stored)
    {
        lock (_lock)
            (_row, _isUnsaved) = (stored, false);
    }

    /// <summary>Takes over what this instance did without the storage.</summary>
    public void SetUnsaved(StandbyRow row)
    {
        lock (_lock)
            (_row, _isUnsaved) = (row, true);
    }

    /// <summary>There is no row of it any more.</summary>
    public void ForgetStored()
    {
        lock (_lock)
            _row = _row with { ETag = null };
    }
}
