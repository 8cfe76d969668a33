using Azure.Messaging.ServiceBus;
using LlmFunctions.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace LlmFunctions.FunctionApp;

/// <summary>Runs a queued request when its message arrives on the Service Bus queue.</summary>
public sealed class ReplayFromServiceBusFunction(ServiceBusReplayHandler handler)
{
    public const string Name = "ReplayFromServiceBus";

    [Function(Name)]
    public async Task RunAsync(
        [ServiceBusTrigger("%FallbackQueueName%", Connection = "ServiceBus", AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken)
    {
        // Settled even when the host stops: a request that was handed back has its next message already.
        if (await handler.HandleAsync(message, cancellationToken) == Settlement.Complete)
            await actions.CompleteMessageAsync(message, CancellationToken.None);
        else
            await actions.DeadLetterMessageAsync(message, deadLetterReason: ServiceBusReplayHandler.DeadLetterReason, cancellationToken: CancellationToken.None);
    }
}
