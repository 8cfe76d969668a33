namespace LlmFunctions.ServiceBus;

/// <summary>What the trigger does with a message once its handler returned. When the handler throws, it does neither: Service Bus
/// delivers the message again.</summary>
public enum Settlement
{
    Complete,

    /// <summary>The message names no request and never will.</summary>
    DeadLetter,
}
