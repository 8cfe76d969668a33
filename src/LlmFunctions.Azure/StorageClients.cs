using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace LlmFunctions.Azure;

/// <summary>The clients of one storage account, made once, with the SDK's own retries off: who waits for storage decides how long.</summary>
/// <param name="Tables">Tables of the account.</param>
/// <param name="Blobs">Blobs of the account.</param>
/// <param name="Queues">Queues of the account.</param>
/// <param name="Prefix">Lower-case letters and digits before the name of every table, container and queue; default <c>llmrouter</c>.</param>
public sealed record StorageClients(TableServiceClient Tables, BlobServiceClient Blobs, QueueServiceClient Queues, string Prefix);
