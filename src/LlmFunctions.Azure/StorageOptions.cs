namespace LlmFunctions.Azure;

/// <summary>Which storage account the router uses, and under which names. The account is the one of the Functions host,
/// read from the same settings, so that one account is configured once.</summary>
public sealed record StorageOptions
{
    /// <summary>Setting <c>Storage:Prefix</c>: 1 to 24 lower-case letters and digits, a letter first, before the name of every
    /// table, container and queue; default <c>llmrouter</c>.</summary>
    public string Prefix { get; set; } = "llmrouter";

    /// <summary>Setting <c>AzureWebJobsStorage</c>: a connection string, such as <c>UseDevelopmentStorage=true</c>. It may hold a key.</summary>
    public StorageConnectionString? ConnectionString { get; set; }

    /// <summary>Setting <c>AzureWebJobsStorage__accountName</c>: the account's name, reached with the router's own identity.</summary>
    public string? AccountName { get; set; }

    /// <summary>Setting <c>AzureWebJobsStorage__clientId</c>: the client id of a user-assigned identity; default that of <c>AZURE_CLIENT_ID</c>, else the system's.</summary>
    public string? ClientId { get; set; }

    /// <summary>Setting <c>AzureWebJobsStorage__tableServiceUri</c>; default <c>https://{accountName}.table.core.windows.net</c>.</summary>
    public Uri? TableServiceUri { get; set; }

    /// <summary>Setting <c>AzureWebJobsStorage__blobServiceUri</c>; default <c>https://{accountName}.blob.core.windows.net</c>.</summary>
    public Uri? BlobServiceUri { get; set; }

    /// <summary>Setting <c>AzureWebJobsStorage__queueServiceUri</c>; default <c>https://{accountName}.queue.core.windows.net</c>.</summary>
    public Uri? QueueServiceUri { get; set; }
}
