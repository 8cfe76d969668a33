using System.Text.Json;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Routing;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Replay;

/// <summary>Moves rows of the ledger from state to state, each by its ETag, and sends the messages that go with it.</summary>
internal sealed partial class RequestTransitions(
    IRequestLedger ledger, IFallbackQueue queue, CallbackSender callbacks, ReplayOptions options, RoutingOptions routing, TimeProvider time, Random random, ILogger<RequestTransitions> logger)
{
    /// <summary>Takes the lease of a request; null when another was faster.</summary>
    public Task<QueuedRequest?> TryBeginAsync(QueuedRequest row, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + options.Lease;
        return ledger.TryUpdateAsync(
            row with { State = RequestState.Running, LeaseNumber = row.LeaseNumber + 1, LeaseUntil = until, DueAt = until }, cancellationToken);
    }

    /// <summary>Writes down how a run ended. Not cancellable: what an endpoint answered must not be lost to a shutdown.</summary>
    public Task EndAsync(QueuedRequest row, ReplayEnding ending, Decision? decision)
    {
        row = row with { Decision = decision is null ? row.Decision : JsonSerializer.Serialize(decision, RoutingJson.Default.Decision) };
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
        if (state == RequestState.Dead)
            await ledger.SetDeadLetterAsync(ended.Id, isDead: true, CancellationToken.None);
        return await callbacks.TellAsync(ended);
    }

    /// <summary>Queues a request anew under the next message number: first the row, then the message. Null when the row changed meanwhile.</summary>
    public async Task<QueuedRequest?> PutOffAsync(QueuedRequest row, TimeSpan pause)
    {
        var later = await ledger.TryUpdateAsync(
            row with
            {
                State = RequestState.Queued,
                LeaseUntil = null,
                MessageNumber = row.MessageNumber + 1,
                DueAt = time.GetUtcNow() + pause + routing.MessageGrace,
            },
            CancellationToken.None);
        if (later is not null)
            await SendAsync(later, pause);
        return later;
    }

    private async Task FinishAsync(QueuedRequest row, ReplayEnding.Finished finished)
    {
        await ledger.WriteAnswerAsync(row.Id, row.LeaseNumber, finished.Response, CancellationToken.None);
        var now = time.GetUtcNow();
        var done = await ledger.TryUpdateAsync(
            row with
            {
                State = finished.State,
                AnswerLease = row.LeaseNumber,
                AnswerStatus = finished.Response.Status,
                FinishedAt = now,
                LeaseUntil = null,
                Reason = null,
                DueAt = now,
            },
            CancellationToken.None);
        if (done is not null)
            await callbacks.TellAsync(done);
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
