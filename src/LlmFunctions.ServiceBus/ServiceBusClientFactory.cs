using Azure.Core;
using Azure.Identity;
using Azure.Messaging.ServiceBus;

namespace LlmFunctions.ServiceBus;

/// <summary>Makes the client of the namespace, one per process: it holds the connection.</summary>
internal static class ServiceBusClientFactory
{
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    /// <param name="credential">The router's own; not asked for when a connection string or a client id is given.</param>
    public static ServiceBusClient Create(ServiceBusOptions options, Func<TokenCredential> credential)
    {
        var choice = new ServiceBusClientOptions
        {
            // The service closes connections that idle, and the first message after that may be lost with one; what still fails
            // is sent again by the sweeper, while the caller waits for its 202.
            RetryOptions = new() { MaxRetries = 1, Mode = ServiceBusRetryMode.Fixed, Delay = RetryDelay, TryTimeout = TryTimeout },
        };
        if (options.ConnectionString is { Value: var connection })
            return new(connection, choice);
        return new(
            options.FullyQualifiedNamespace!,
            options.ClientId is { } clientId ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId)) : credential(),
            choice);
    }
}
