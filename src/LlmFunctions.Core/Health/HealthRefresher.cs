using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Health;

/// <summary>Keeps the registry as fresh as the shared table.</summary>
public sealed partial class HealthRefresher(
    IHealthStore store, DeploymentRegistry registry, TimeProvider time, IOptions<HealthOptions> options, ILogger<HealthRefresher> logger)
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task? _reading;
    private string? _epoch;
    private long _statesMerged;
    private bool _unreachable;
    private long _contactTicks;
    private long _waitedInVainTicks;

    /// <summary>Age of the shared state: time since the table last answered; null when it was never read.</summary>
    public TimeSpan? Age => Since(ref _contactTicks);

    /// <summary>Whether the state was read, or a read failed or timed out once.</summary>
    public bool IsReady => Volatile.Read(ref _contactTicks) != 0 || Volatile.Read(ref _waitedInVainTicks) != 0;

    /// <summary>Reads the table when the state is older than 5 s or was never read; at most 300 ms; never throws but on
    /// cancellation. After a wait in vain routing goes on from the last known state for as long again.</summary>
    public ValueTask EnsureFreshAsync(CancellationToken cancellationToken) =>
        (IsRecent(Age) && KnowsAllStates()) || IsRecent(Since(ref _waitedInVainTicks)) ? ValueTask.CompletedTask : new(WaitForReadAsync(cancellationToken));

    /// <summary>Looks at the epoch, and reads all rows if it changed. Joins a read that is under way.</summary>
    public Task RefreshAsync()
    {
        lock (_lock)
        {
            if (_reading is null || _reading.IsCompleted)
                _reading = ReadAsync();
            return _reading;
        }
    }

    private async Task WaitForReadAsync(CancellationToken cancellationToken)
    {
        // The read goes on when the caller stops waiting, for the next request to profit.
        var wait = RefreshAsync().WaitAsync(options.Value.ReadLimit, time, cancellationToken);
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (wait.IsFaulted)
            Volatile.Write(ref _waitedInVainTicks, time.GetUtcNow().UtcTicks);
    }

    private async Task ReadAsync()
    {
        using var limit = new CancellationTokenSource(LongestRead, time);
        try
        {
            // The wait ends even if a storage client does not mind its token.
            await MergeNewsAsync(limit.Token).WaitAsync(limit.Token);
            Volatile.Write(ref _contactTicks, time.GetUtcNow().UtcTicks);
            if (_unreachable)
                LogReachable();
            _unreachable = false;
        }
        catch (StorageUnavailableException e)
        {
            GoOnWithoutStorage(e.Message);
        }
        catch (OperationCanceledException)
        {
            GoOnWithoutStorage($"no answer within {LongestRead.TotalSeconds:0} s");
        }
    }

    private async Task MergeNewsAsync(CancellationToken cancellationToken)
    {
        var states = registry.StatesMade;
        var epoch = await store.ReadEpochAsync(cancellationToken);
        if (epoch is not null && (epoch != _epoch || !KnowsAllStates()))
        {
            var snapshot = await store.ReadAllAsync(cancellationToken);
            foreach (var row in snapshot.Rows)
            {
                if (registry.TryGet(row.Id, out var state))
                    state.Merge(row);
            }

            foreach (var standby in snapshot.Standbys)
                registry.Merge(standby);
            _epoch = snapshot.Epoch;
        }

        Volatile.Write(ref _statesMerged, states);
    }

    private void GoOnWithoutStorage(string reason)
    {
        Volatile.Write(ref _waitedInVainTicks, time.GetUtcNow().UtcTicks);
        if (!_unreachable)
            LogUnreachable(reason);
        _unreachable = true;
    }

    // A catalog that came after the last read brought states which no row was merged into yet.
    private bool KnowsAllStates() => Volatile.Read(ref _statesMerged) == registry.StatesMade;

    private TimeSpan? Since(ref long ticks) =>
        Volatile.Read(ref ticks) is var then && then == 0 ? null : new TimeSpan(time.GetUtcNow().UtcTicks - then);

    // The wall clock: a stopwatch stands still while an instance is suspended, which is when its state ages. A clock that was
    // set back makes the age negative, which says nothing.
    private bool IsRecent(TimeSpan? age) => age >= TimeSpan.Zero && age <= options.Value.StaleAfter;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The shared health cannot be read, routing goes on from the last known state: {Reason}")]
    private partial void LogUnreachable(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The shared health can be read again")]
    private partial void LogReachable();
}
