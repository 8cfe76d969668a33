using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace LlmFunctions.Azure;

/// <summary>Makes the clients of the storage account.</summary>
public static class StorageClientsFactory
{
    /// <summary>The most one exchange may take; callers with less time pass a token that ends sooner.</summary>
    public static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(10);

    /// <param name="credential">Used unless the options hold a connection string.</param>
    public static StorageClients Create(StorageOptions options, TokenCredential credential)
    {
        var tables = Bounded(new TableClientOptions());
        var blobs = Bounded(new BlobClientOptions());
        // Base64 is what the Functions host's queue trigger expects of a message.
        var queues = Bounded(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        return options.ConnectionString is { Value: var connection }
            ? new(new(connection, tables), new(connection, blobs), new(connection, queues), options.Prefix)
            : new(
                new(options.TableServiceUri ?? AddressOf(options, "table"), credential, tables),
                new(options.BlobServiceUri ?? AddressOf(options, "blob"), credential, blobs),
                new(options.QueueServiceUri ?? AddressOf(options, "queue"), credential, queues),
                options.Prefix);
    }

    private static Uri AddressOf(StorageOptions options, string part) =>
        new($"https://{options.AccountName}.{part}.core.windows.net");

    private static T Bounded<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = NetworkTimeout;
        return options;
    }
}
