using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>Writes what this instance learnt, a row per hour and instance, over its own of before. What cannot be written is written the
/// next time; an hour that could not be written until an hour after it is lost.</summary>
internal sealed partial class SheetWriter(
    AvailabilityTally tally, IAvailabilityStore store, AvailabilityOptions options, TimeProvider time, Random random, ILogger<SheetWriter> logger)
    : BackgroundService
{
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(2);

    private bool _failed;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(FlushLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await WriteAsync(either.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Instances that began together do not write together.
        await Task.Delay(options.WriteInterval * random.NextDouble(), time, stoppingToken);
        using var timer = new PeriodicTimer(options.WriteInterval, time);
        do
            await WriteAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        tally.Collect();
        foreach (var (hour, sheet) in tally.TakeChanged())
        {
            if (!await TryWriteAsync(hour, sheet, cancellationToken))
                tally.SetChanged(hour);
        }
    }

    private async Task<bool> TryWriteAsync(DateTimeOffset hour, HourSheet sheet, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(WriteLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The wait ends even if a storage client does not mind its token.
            await store.WriteSheetAsync(tally.Instance, hour, sheet, either.Token).WaitAsync(either.Token);
            if (_failed)
                LogWritten();
            _failed = false;
            return true;
        }
        catch (StorageUnavailableException e)
        {
            TellFailure(e.Message);
        }
        catch (OperationCanceledException)
        {
            TellFailure("no answer in time");
        }
        catch (Exception e)
        {
            // The edge of the writer: what is wrong with one hour must not end the host.
            LogBroken(hour, e);
            return true;
        }

        return false;
    }

    private void TellFailure(string reason)
    {
        if (!_failed)
            LogLater(reason);
        _failed = true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Availability is not written and will be later: {Reason}")]
    private partial void LogLater(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Availability is written again")]
    private partial void LogWritten();

    [LoggerMessage(Level = LogLevel.Error, Message = "The availability of the hour of {Hour} could not be written")]
    private partial void LogBroken(DateTimeOffset hour, Exception exception);
}
