using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Replay;

/// <summary>Moves rows of the ledger from state to state, each by its ETag, and sends the messages that go with it.</summary>
internal sealed partial class RequestTransitions(
    IRequestLedger ledger, IFallbackQueue queue, CallbackSender callbacks, ReplayOptions options, RoutingOptions routing, TimeProvider time, Random random, ILogger<RequestTransitions> logger)
{
    private const int MostDoublings = 5;
    private static readonly TimeSpan RepeatPause = TimeSpan.FromSeconds(1);

    /// <summary>Takes the lease of a request; null when another was faster.</summary>
    public Task<QueuedRequest?> TryBeginAsync(QueuedRequest row, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + options.Lease;
        return ledger.TryUpdateAsync(
            row with { State = RequestState.Running, Resent = 0, LeaseNumber = row.LeaseNumber + 1, LeaseUntil = until, DueAt = until }, cancellationToken);
    }

    /// <summary>Writes down how a run ended, with its <see cref="DecisionDocument"/> if it came to one. Not cancellable: what an endpoint
    /// answered must not be lost to a shutdown.</summary>
    public Task EndAsync(QueuedRequest row, ReplayEnding ending, string? decision)
    {
        row = row with { Decision = decision ?? row.Decision };
        return ending switch
        {
            ReplayEnding.Finished finished => FinishAsync(row, finished),
            ReplayEnding.Ended ended => EndAsync(row, ended.State, ended.Reason),
            ReplayEnding.Later { IsItsFault: true } later when row.Failures + 1 >= options.MaxFailures => EndAsync(row with { Failures = row.Failures + 1 }, RequestState.Dead, later.Reason),
            ReplayEnding.Later { IsItsFault: true } later => PutOffAsync(row with { Failures = row.Failures + 1, Reason = later.Reason }, PauseOf(row.Failures)),
            ReplayEnding.Later later => PutOffAsync(row with { Postponed = row.Postponed + 1, Reason = later.Reason }, PauseOf(row.Postponed)),
            _ => PutOffAsync(row, TimeSpan.Zero),
        };
    }

    /// <summary>Ends a request without an answer. Null when the row changed meanwhile.</summary>
    public async Task<QueuedRequest?> EndAsync(QueuedRequest row, RequestState state, string reason)
    {
        var now = time.GetUtcNow();
        var ended = await ledger.TryUpdateAsync(row with { State = state, Reason = reason, FinishedAt = now, LeaseUntil = null, DueAt = now }, CancellationToken.None);
        if (ended is null)
            return null;
        LogEnded(ended.Id, state, reason);
        CountEnded(ended);
        if (state == RequestState.Dead)
            await ledger.SetDeadLetterAsync(ended.Id, isDead: true, CancellationToken.None);
        return await callbacks.TellAsync(ended);
    }

    /// <summary>Sends a message that seems lost, or that of a request whose runner died. It may only be slow behind a backlog, so each time
    /// it is given twice as long: else the queue would grow faster than it drains.</summary>
    public Task<QueuedRequest?> SendAgainAsync(QueuedRequest row) => PutOffAsync(row with { Resent = row.Resent + 1 }, TimeSpan.Zero);

    /// <summary>Queues a request anew under the next message number: first the row, then the message. Null when the row changed meanwhile.</summary>
    public async Task<QueuedRequest?> PutOffAsync(QueuedRequest row, TimeSpan pause)
    {
        var later = await ledger.TryUpdateAsync(
            row with
            {
                State = RequestState.Queued,
                LeaseUntil = null,
                MessageNumber = row.MessageNumber + 1,
                DueAt = time.GetUtcNow() + pause + (routing.MessageGrace * (1 << Math.Min(row.Resent, MostDoublings))),
            },
            CancellationToken.None);
        if (later is not null)
            await SendAsync(later, pause);
        return later;
    }

    /// <summary>Writes over the row while its lease is held. A write whose answer was lost left an ETag that nobody knows: then the row is read
    /// again. Null when another has it, or its caller cancelled it.</summary>
    public async Task<QueuedRequest?> TryUpdateLeasedAsync(QueuedRequest row)
    {
        if (await ledger.TryUpdateAsync(row, CancellationToken.None) is { } updated)
            return updated;
        return await ledger.ReadAsync(row.Id, CancellationToken.None) is { } stored && stored.LeaseNumber == row.LeaseNumber
            ? stored.State switch
            {
                RequestState.Running => await ledger.TryUpdateAsync(row with { ETag = stored.ETag }, CancellationToken.None),
                // It was this very write that was made.
                _ when stored.AnswerLease == row.LeaseNumber => stored,
                _ => null,
            }
            : null;
    }

    private async Task FinishAsync(QueuedRequest row, ReplayEnding.Finished finished)
    {
        // What an endpoint answered is worth more than a moment: another would have to run it again.
        var leased = row.LeaseUntil ?? time.GetUtcNow();
        await RepeatUntilAsync(leased, async () =>
        {
            await ledger.WriteAnswerAsync(row.Id, row.LeaseNumber, finished.Response, CancellationToken.None);
            return row;
        });
        var now = time.GetUtcNow();
        var done = await RepeatUntilAsync(leased, () => TryUpdateLeasedAsync(
            row with
            {
                State = finished.State,
                AnswerLease = row.LeaseNumber,
                AnswerStatus = finished.Response.Status,
                FinishedAt = now,
                LeaseUntil = null,
                Reason = null,
                DueAt = now,
            }));
        if (done is null)
            return;
        CountEnded(done);
        await callbacks.TellAsync(done);
    }

    private static void CountEnded(QueuedRequest row)
    {
        if (RouterMetrics.QueueEnded.Enabled)
            RouterMetrics.QueueEnded.Add(1, new(RouterLabels.Model, row.Model), new(RouterLabels.RequestState, row.State.ToString().ToLowerInvariant()));
    }

    private async Task<T> RepeatUntilAsync<T>(DateTimeOffset until, Func<Task<T>> write)
    {
        while (true)
        {
            try
            {
                return await write();
            }
            catch (StorageUnavailableException) when (time.GetUtcNow() + RepeatPause < until)
            {
                await Task.Delay(RepeatPause, time, CancellationToken.None);
            }
        }
    }

    private async Task SendAsync(QueuedRequest row, TimeSpan pause)
    {
        var timeToLive = row.ExpiresAt - time.GetUtcNow() + routing.MessageGrace;
        try
        {
            await queue.EnqueueAsync(row.Id, row.MessageNumber, pause, timeToLive > pause ? timeToLive : pause + routing.MessageGrace, CancellationToken.None);
        }
        catch (QueueUnavailableException e)
        {
            LogNotSent(row.Id, e.Message);
        }
    }

    private TimeSpan PauseOf(int times)
    {
        var pause = options.Pause * Math.Pow(2, Math.Min(times, 16));
        return (pause < options.LongestPause ? pause : options.LongestPause) * (0.8 + (0.2 * random.NextDouble()));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Queued request {Id} ended {State}: {Reason}")]
    private partial void LogEnded(string id, RequestState state, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The message of request {Id} was not sent, the sweeper will send it: {Reason}")]
    private partial void LogNotSent(string id, string reason);
}
