namespace LlmFunctions.Core.Fallback;

/// <summary>Which queue the messages of queued requests wait in.</summary>
public sealed record FallbackQueueOptions
{
    /// <summary>Setting <c>FallbackQueue</c>: <c>service-bus</c> for an Azure Service Bus queue, or <c>storage-queue</c>, the default.</summary>
    public bool IsServiceBus { get; set; }

    /// <summary>Setting <c>FallbackQueueName</c>: the queue's name, 3 to 63 lower-case letters, digits and single hyphens; default
    /// <c>llm-requests</c>.</summary>
    public string Name { get; set; } = "llm-requests";
}
