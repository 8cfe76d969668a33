using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Replay;

/// <summary>Runs queued requests when their messages arrive. The row decides everything: a message that comes twice, late or to
/// two instances does no harm.</summary>
public sealed partial class QueuedRequestReplayer : IReplayTarget
{
    private readonly IRequestLedger _ledger;
    private readonly ReplayRun _run;
    private readonly RequestTransitions _transitions;
    private readonly DrainPacer _pacer;
    private readonly ReplayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<QueuedRequestReplayer> _logger;

    internal QueuedRequestReplayer(
        IRequestLedger ledger, ReplayRun run, RequestTransitions transitions, DrainPacer pacer, ReplayOptions options, TimeProvider time, ILogger<QueuedRequestReplayer> logger)
    {
        (_ledger, _run, _transitions, _pacer, _options, _time, _logger) = (ledger, run, transitions, pacer, options, time, logger);
    }

    public int MostInFlight => _pacer.MostInFlight;

    /// <inheritdoc/>
    /// <exception cref="StorageUnavailableException">The ledger cannot be reached; the message must come again.</exception>
    public async Task ReplayAsync(ReplayMessage message, CancellationToken cancellationToken)
    {
        var row = await _ledger.ReadAsync(message.Id, cancellationToken);
        var now = _time.GetUtcNow();
        if (row is null || IsStale(row, message, now))
        {
            LogStale(message);
            return;
        }

        if (row.ExpiresAt <= now)
            await _transitions.EndAsync(row, new ReplayEnding.Ended(RequestState.Expired, "Its time ran out before a deployment returned."), null);
        else if (await _transitions.TryBeginAsync(row, cancellationToken) is { } running)
            await RunAsync(running, cancellationToken);
    }

    private static bool IsStale(QueuedRequest row, ReplayMessage message, DateTimeOffset now) =>
        row.IsFinished
        || (row.State == RequestState.Running && row.LeaseUntil > now)
        || (row.MessageNumber != message.Number && row.Resent == 0);

    private async Task RunAsync(QueuedRequest running, CancellationToken cancellationToken)
    {
        // Renewals take no token: a write cut in its middle would leave the row's ETag unknown.
        await using var lease = new RenewedLease<QueuedRequest>(
            running, (row, until) => _transitions.TryUpdateLeasedAsync(row with { LeaseUntil = until }), _options.Lease, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        var (ending, decision) = await TryRunAsync(running, either.Token);
        if (await lease.StopAsync() is not { } row)
        {
            LogLost(running.Id);
            return;
        }

        if (ending is ReplayEnding.Finished)
            _pacer.Succeeded();
        else if (ending is ReplayEnding.Later)
            _pacer.Failed();
        Count(row, ending);
        await _transitions.EndAsync(row, ending, decision);
    }

    private async Task<(ReplayEnding Ending, string? Decision)> TryRunAsync(QueuedRequest running, CancellationToken cancellationToken)
    {
        try
        {
            return await _run.RunAsync(running, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (new ReplayEnding.HandedBack(), null);
        }
    }

    private static void Count(QueuedRequest row, ReplayEnding ending)
    {
        if (RouterMetrics.Replays.Enabled)
            RouterMetrics.Replays.Add(1, new(RouterLabels.Model, row.Model), new(RouterLabels.ReplayEnding, ending.Label));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Message {Message} is stale and dropped.")]
    private partial void LogStale(ReplayMessage message);

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Id} was taken from its runner: another has its lease, or its caller cancelled it.")]
    private partial void LogLost(string id);
}
