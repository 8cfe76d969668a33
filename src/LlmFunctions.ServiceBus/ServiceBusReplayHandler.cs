using Azure.Messaging.ServiceBus;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.ServiceBus;

/// <summary>What the Service Bus trigger calls with each message.</summary>
public sealed partial class ServiceBusReplayHandler(
    IReplayTarget target, IFallbackQueue queue, TimeProvider timeProvider, ILogger<ServiceBusReplayHandler> logger)
{
    /// <summary>Why a message is a dead letter of the queue's own.</summary>
    public const string DeadLetterReason = "Its MessageId names no request.";

    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(30);

    /// <summary>Runs the request of a message. When it throws, the message must not be settled.</summary>
    public async Task<Settlement> HandleAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        if (!ReplayMessage.TryParse(message.MessageId, out var replay))
        {
            LogMalformed(message.SequenceNumber);
            return Settlement.DeadLetter;
        }

        try
        {
            await target.ReplayAsync(replay, cancellationToken);
        }
        // Abandoned, it would be back at once, and a dead letter of the queue's after ten times, long before storage has returned.
        catch (StorageUnavailableException e)
        {
            LogPutOff(replay.Id, e.Message);
            await queue.EnqueueAsync(replay.Id, replay.Number, OutagePause, message.ExpiresAt - timeProvider.GetUtcNow(), cancellationToken);
        }

        return Settlement.Complete;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {SequenceNumber} of the fallback queue names no request and is dropped")]
    private partial void LogMalformed(long sequenceNumber);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Queued request {Id} is put off, for its ledger cannot be reached: {Reason}")]
    private partial void LogPutOff(string id, string reason);
}
