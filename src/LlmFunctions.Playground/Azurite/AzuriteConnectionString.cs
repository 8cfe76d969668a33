namespace LlmFunctions.Playground;

/// <summary>The connection string of an Azurite on 127.0.0.1.</summary>
public static class AzuriteConnectionString
{
    private const string Account = "devstoreaccount1";

    // Not a secret: every Azurite has this key, see
    // https://learn.microsoft.com/azure/storage/common/storage-connect-azurite.
    private const string Key =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>The well-known account and key with an explicit address for each service.</summary>
    public static string For(int blobPort, int queuePort, int tablePort) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
        + $"BlobEndpoint=http://127.0.0.1:{blobPort}/{Account};"
        + $"QueueEndpoint=http://127.0.0.1:{queuePort}/{Account};"
        + $"TableEndpoint=http://127.0.0.1:{tablePort}/{Account};";
}
