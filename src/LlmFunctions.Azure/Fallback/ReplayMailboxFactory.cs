using Azure.Core;
using Azure.Storage.Queues;

namespace LlmFunctions.Azure.Fallback;

/// <summary>Makes the client of the fallback queue.</summary>
internal static class ReplayMailboxFactory
{
    public static ReplayMailbox Create(StorageOptions options, StorageClients clients, TokenCredential credential, string name)
    {
        var choice = new QueueClientOptions();
        choice.Retry.MaxRetries = 0;
        choice.Retry.NetworkTimeout = StorageClientsFactory.NetworkTimeout;
        return new(options.ConnectionString is { Value: var connection }
            ? new QueueClient(connection, name, choice)
            : new QueueClient(clients.Queues.GetQueueClient(name).Uri, credential, choice));
    }
}
