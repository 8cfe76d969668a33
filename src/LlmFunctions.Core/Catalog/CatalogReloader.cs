using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Catalog;

/// <summary>Keeps the catalog of this instance up to date: a bounded first load, then a look at storage every poll interval.</summary>
public sealed partial class CatalogReloader(
    CatalogLoader loader, CatalogHolder holder, IOptions<CatalogOptions> options, TimeProvider timeProvider, ILogger<CatalogReloader> logger)
    : BackgroundService
{
    /// <summary>Longest time for one look at storage, the first one included.</summary>
    public static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task? _firstLoad;
    private bool _unreachable;

    /// <summary>Why no catalog is in force and what to do about it; null when one is.</summary>
    public string? Problem => loader.Problem;

    /// <summary>Ends when the first load ended, well or not, after <see cref="LookLimit"/> at the latest; at once from then
    /// on. All callers share one load, which does not end with the caller who began it.</summary>
    public Task LoadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            _firstLoad ??= LookAsync(CancellationToken.None);
        return _firstLoad.WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await LoadAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.PollInterval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LookLimit, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The wait ends even if a storage client does not mind its token.
            await loader.LookAsync(both.Token).WaitAsync(both.Token);
            if (_unreachable)
                LogReachable();
            _unreachable = false;
        }
        catch (StorageUnavailableException e)
        {
            await GoOnWithoutStorageAsync(e.Message, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await GoOnWithoutStorageAsync($"no answer within {LookLimit.TotalSeconds:0} s", cancellationToken);
        }
        // The edge of this trigger: whatever else a look may meet, it must not end the host.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (!_unreachable)
                LogFailed(e);
            await GoOnWithoutStorageAsync(e.Message, cancellationToken);
        }
    }

    private async Task GoOnWithoutStorageAsync(string reason, CancellationToken cancellationToken)
    {
        if (!_unreachable)
            LogUnreachable(reason);
        _unreachable = true;
        if (holder.Current is not null)
            return;
        try
        {
            await loader.AdoptSeedAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stored catalog cannot be read, what is in force stays: {Reason}")]
    private partial void LogUnreachable(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking at the stored catalog failed unexpectedly")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The stored catalog can be read again")]
    private partial void LogReachable();
}
