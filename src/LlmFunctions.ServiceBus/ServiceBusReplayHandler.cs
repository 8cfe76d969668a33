using Azure.Messaging.ServiceBus;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.ServiceBus;

/// <summary>What the Service Bus trigger calls with each message.</summary>
public sealed partial class ServiceBusReplayHandler(IReplayTarget target, ILogger<ServiceBusReplayHandler> logger)
{
    /// <summary>Why a message is a dead letter of the queue's own.</summary>
    public const string DeadLetterReason = "Its MessageId names no request.";

    public async Task<Settlement> HandleAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        if (!ReplayMessage.TryParse(message.MessageId, out var replay))
        {
            LogMalformed(message.SequenceNumber);
            return Settlement.DeadLetter;
        }

        await target.ReplayAsync(replay, cancellationToken);
        return Settlement.Complete;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {SequenceNumber} of the fallback queue names no request and is dropped")]
    private partial void LogMalformed(long sequenceNumber);
}
