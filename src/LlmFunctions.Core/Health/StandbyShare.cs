namespace LlmFunctions.Core.Health;

/// <summary>Writes what this instance decides about a standby into the shared table; whoever writes first decides.</summary>
internal sealed class StandbyShare(IStandbyStore store, StandbyOptions options, TimeProvider time)
{
    // Beyond the hook, for the writes around it.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(2);

    private readonly string _holder = $"{Environment.MachineName}/{Guid.NewGuid():N}";

    /// <summary>Whether another instance is at work on it.</summary>
    public bool IsTaken(StandbyRow row, DateTimeOffset now) => row.Holder is not null && row.Holder != _holder && row.LeaseUntil > now;

    /// <summary>Takes the standby for as long as a hook may last, or keeps it when enough of the lease is left. False when another
    /// instance was first.</summary>
    public Task<bool> TryTakeAsync(StandbyState standby, StandbyRow row, DateTimeOffset now) =>
        row.Holder == _holder && row.LeaseUntil >= now + options.HookLimit + (Grace / 3)
            ? Task.FromResult(true)
            : TryRenewAsync(standby, row, now, mayBeAlone: true);

    /// <summary>Takes the standby anew, which also proves that nobody has written since <paramref name="row"/> was read.</summary>
    public Task<bool> TryRenewAsync(StandbyState standby, StandbyRow row, DateTimeOffset now, bool mayBeAlone) =>
        TryWriteAsync(standby, row with { Holder = _holder, LeaseUntil = now + options.HookLimit + Grace }, mayBeAlone);

    /// <summary>Writes a row. False when somebody else has written meanwhile, which is then taken over.</summary>
    /// <param name="standby">The standby.</param>
    /// <param name="row">Made from its present row.</param>
    /// <param name="mayBeAlone">Whether it is in force on this instance when the storage cannot be reached.</param>
    public async Task<bool> TryWriteAsync(StandbyState standby, StandbyRow row, bool mayBeAlone)
    {
        var next = row with { Version = row.Version + 1 };
        using var limit = new CancellationTokenSource(WriteLimit, time);
        StandbyRow? written;
        try
        {
            // The wait ends even if a storage client does not mind its token.
            written = await store.TryWriteAsync(next, limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception e) when (e is StorageUnavailableException or OperationCanceledException)
        {
            if (mayBeAlone)
                standby.SetUnsaved(next);
            return mayBeAlone;
        }

        if (written is null)
            await TakeOverAsync(standby, limit.Token);
        else
            standby.Set(written);
        return written is not null;
    }

    private async Task TakeOverAsync(StandbyState standby, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.ReadAsync(standby.Row.Endpoint, cancellationToken).WaitAsync(cancellationToken) is { } stored)
                standby.Merge(stored);
            else
                standby.ForgetStored();
        }
        catch (Exception e) when (e is StorageUnavailableException or OperationCanceledException)
        {
            // The next read of the shared health brings it.
        }
    }
}
