namespace LlmFunctions.ServiceBus;

/// <summary>A connection string, kept out of everything that prints it.</summary>
public sealed class ServiceBusConnectionString(string value)
{
    public string Value { get; } = value;

    public override string ToString() => "***";
}
