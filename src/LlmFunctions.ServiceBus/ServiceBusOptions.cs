namespace LlmFunctions.ServiceBus;

/// <summary>Which Service Bus namespace holds the fallback queue, from the same settings that the Functions trigger reads.</summary>
public sealed record ServiceBusOptions
{
    /// <summary>Setting <c>ServiceBus</c>: a connection string. It may hold a key.</summary>
    public ServiceBusConnectionString? ConnectionString { get; set; }

    /// <summary>Setting <c>ServiceBus__fullyQualifiedNamespace</c>, such as <c>contoso.servicebus.windows.net</c>, reached with the
    /// router's own identity.</summary>
    public string? FullyQualifiedNamespace { get; set; }

    /// <summary>Setting <c>ServiceBus__clientId</c>: the client id of a user-assigned identity; default the router's own.</summary>
    public string? ClientId { get; set; }
}
