using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Health;

/// <summary>Tables of Azurite under a prefix that no other test uses.</summary>
internal static class HealthTables
{
    public static StorageClients Create(AzuriteFixture azurite) => At(azurite.ConnectionString, azurite.NewPrefix());

    /// <summary>Nothing listens there.</summary>
    public static StorageClients Nowhere() => At(
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;"
        + "BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;QueueEndpoint=http://127.0.0.1:1/devstoreaccount1;", "nowhere");

    private static StorageClients At(string connection, string prefix) =>
        StorageClientsFactory.Create(new() { ConnectionString = new(connection), Prefix = prefix }, credential: null!);
}
