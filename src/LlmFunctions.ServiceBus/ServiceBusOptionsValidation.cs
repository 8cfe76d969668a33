using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Options;

namespace LlmFunctions.ServiceBus;

internal sealed class ServiceBusOptionsValidation : IValidateOptions<ServiceBusOptions>
{
    private const string Missing =
        "ServiceBus is missing, and FallbackQueue is service-bus: write a connection string into the setting ServiceBus, or the "
        + "namespace's name, such as contoso.servicebus.windows.net, into ServiceBus__fullyQualifiedNamespace to reach it with the "
        + "router's managed identity. Leave FallbackQueue out for a storage queue, which needs neither.";

    public ValidateOptionsResult Validate(string? name, ServiceBusOptions options)
    {
        if (options.ConnectionString is { } connection)
        {
            return IsUsable(connection.Value)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("ServiceBus is no connection string of a Service Bus namespace.");
        }

        if (string.IsNullOrWhiteSpace(options.FullyQualifiedNamespace))
            return ValidateOptionsResult.Fail(Missing);
        return Uri.CheckHostName(options.FullyQualifiedNamespace) == UriHostNameType.Dns && options.FullyQualifiedNamespace.Contains('.')
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "ServiceBus__fullyQualifiedNamespace must be the namespace's host name only, such as contoso.servicebus.windows.net.");
    }

    private static bool IsUsable(string connectionString)
    {
        try
        {
            var parts = ServiceBusConnectionStringProperties.Parse(connectionString);
            var hasKey = parts is { SharedAccessKeyName: not null, SharedAccessKey: not null } || parts.SharedAccessSignature is not null;
            // With a queue of its own it would send nowhere else.
            return parts.Endpoint is not null && hasKey && string.IsNullOrEmpty(parts.EntityPath);
        }
        // There is no other way to ask the SDK; its message may repeat the key, so it goes no further.
        catch (Exception e) when (e is FormatException or ArgumentException or IndexOutOfRangeException)
        {
            return false;
        }
    }
}
