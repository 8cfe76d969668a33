using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Fallback;

/// <summary>Names of a test's own in the account that all share, and clients that tell what was sent to it.</summary>
internal static class FallbackStorage
{
    public static StorageClients Create(AzuriteFixture azurite, HttpPipelinePolicy? policy = null)
    {
        var connection = azurite.ConnectionString;
        var queues = With(new QueueClientOptions(), policy);
        return new(
            new TableServiceClient(connection, With(new TableClientOptions(), policy)),
            new BlobServiceClient(connection, With(new BlobClientOptions(), policy)),
            new QueueServiceClient(connection, queues),
            azurite.NewPrefix());
    }

    public static T With<T>(T options, HttpPipelinePolicy? policy)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 0;
        if (policy is not null)
            options.AddPolicy(policy, HttpPipelinePosition.PerCall);
        return options;
    }
}
