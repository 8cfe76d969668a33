using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Routing;

/// <summary>Writes decisions off the request path, many at once. While the store cannot be reached it tries ever less often, so that it is no
/// burden to a storage in trouble, and what does not fit the log meanwhile is dropped.</summary>
internal sealed partial class DecisionWriter(
    DecisionLog log, IDecisionStore store, DecisionOptions options, TimeProvider time, ILogger<DecisionWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(2);

    private readonly int _mostAtOnce = (int)Math.Ceiling(options.MostPerSecond * Interval.TotalSeconds);
    private IReadOnlyCollection<KeptDecision> _waiting = [];
    private long _droppedBefore;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(FlushLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        while (TakeWaiting() && await TryWriteAsync(either.Token))
            _waiting = [];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = Interval;
        while (_waiting.Count > 0 || await log.WaitAsync(stoppingToken))
        {
            if (TakeWaiting() && await TryWriteAsync(stoppingToken))
                (_waiting, pause) = ([], Interval);
            else
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            TellDropped();
            await Task.Delay(pause, time, stoppingToken);
        }
    }

    private bool TakeWaiting()
    {
        if (_waiting.Count == 0)
            _waiting = [.. log.Take(_mostAtOnce).Select(TryConvert).OfType<KeptDecision>()];
        return _waiting.Count > 0;
    }

    private KeptDecision? TryConvert(PendingDecision decision)
    {
        try
        {
            return decision.ToKept();
        }
        catch (Exception e)
        {
            // The edge of the writer, as below.
            LogLost(1, e);
            return null;
        }
    }

    /// <summary>Whether there is nothing left to do about them.</summary>
    private async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(WriteLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The wait ends even if a storage client does not mind its token.
            await store.WriteAsync(_waiting, either.Token).WaitAsync(either.Token);
            return true;
        }
        catch (StorageUnavailableException e)
        {
            LogLater(_waiting.Count, e.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            LogLater(_waiting.Count, "no answer in time");
            return false;
        }
        catch (Exception e)
        {
            // The edge of the writer: what is wrong with one decision must not end the host.
            LogLost(_waiting.Count, e);
            return true;
        }
    }

    private void TellDropped()
    {
        var dropped = log.Dropped;
        if (dropped > _droppedBefore)
            LogDropped(dropped - _droppedBefore, dropped);
        _droppedBefore = dropped;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} decisions are not written yet: {Reason}")]
    private partial void LogLater(int count, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} decisions could not be written")]
    private partial void LogLost(int count, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} decisions were dropped, for more came than can be written; {Total} since the start")]
    private partial void LogDropped(long count, long total);
}
