using System.Net.Sockets;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Options;

namespace LlmFunctions.ServiceBus;

/// <summary>The fallback queue on Azure Service Bus.</summary>
public sealed class ServiceBusFallbackQueue(ServiceBusClient client, IOptions<FallbackQueueOptions> options, TimeProvider timeProvider)
    : IFallbackQueue
{
    // Service Bus refuses none at all; whether the request is too old is for its row to say.
    private static readonly TimeSpan LeastLife = TimeSpan.FromMinutes(1);

    private readonly ServiceBusSender _sender = client.CreateSender(options.Value.Name);

    public async Task EnqueueAsync(string id, int number, TimeSpan delay, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var text = new ReplayMessage(id, number).ToString();
        // Its life begins when it is enqueued, after the delay.
        var message = new ServiceBusMessage(text) { MessageId = text, TimeToLive = timeToLive > LeastLife ? timeToLive : LeastLife };
        if (delay > TimeSpan.Zero)
            message.ScheduledEnqueueTime = timeProvider.GetUtcNow() + delay;
        try
        {
            await _sender.SendMessageAsync(message, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsOutage(e))
        {
            throw new QueueUnavailableException($"Service Bus did not take the message: {e.Message.Split('\n')[0].TrimEnd()}", e);
        }
    }

    private static bool IsOutage(Exception exception) => exception
        is ServiceBusException or UnauthorizedAccessException or AuthenticationFailedException
        or TimeoutException or OperationCanceledException or SocketException or IOException;
}
