using LlmFunctions.Core;
using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Azure.Tests.Catalog;

public sealed class StorageOptionsTests
{
    [Fact]
    public void AddAzureStorage_DevelopmentStorage_IsAzurite()
    {
        using var services = Services(("AzureWebJobsStorage", "UseDevelopmentStorage=true"));

        var clients = services.GetRequiredService<StorageClients>();

        Assert.Equal("llmrouter", clients.Prefix);
        Assert.Equal(new Uri("http://127.0.0.1:10002/devstoreaccount1"), clients.Tables.Uri);
        Assert.Equal(new Uri("http://127.0.0.1:10000/devstoreaccount1"), clients.Blobs.Uri);
        Assert.Equal(new Uri("http://127.0.0.1:10001/devstoreaccount1"), clients.Queues.Uri);
        Assert.Same(clients, services.GetRequiredService<StorageClients>());
        Assert.NotNull(services.GetRequiredService<ICatalogStore>());
        Assert.NotNull(services.GetRequiredService<IEntraTokens>());
    }

    [Fact]
    public void AddAzureStorage_AccountName_IsReachedByIdentity()
    {
        using var services = Services(
            ("AzureWebJobsStorage:accountName", "acct"), ("AzureWebJobsStorage:clientId", "id"), ("AzureWebJobsStorage:credential", "managedidentity"),
            ("AzureWebJobsStorage:blobServiceUri", "https://blobs.example"), ("Storage:Prefix", "team7"));

        var clients = services.GetRequiredService<StorageClients>();

        Assert.Equal("team7", clients.Prefix);
        Assert.Equal("id", services.GetRequiredService<IOptions<StorageOptions>>().Value.ClientId);
        Assert.Equal(new Uri("https://acct.table.core.windows.net"), clients.Tables.Uri);
        Assert.Equal(new Uri("https://blobs.example"), clients.Blobs.Uri);
        Assert.Equal(new Uri("https://acct.queue.core.windows.net"), clients.Queues.Uri);
    }

    [Fact]
    public void AddAzureStorage_ThreeAddresses_NeedNoAccountName()
    {
        using var services = Services(
            ("AzureWebJobsStorage:tableServiceUri", "https://t.example"), ("AzureWebJobsStorage:blobServiceUri", "https://b.example"),
            ("AzureWebJobsStorage:queueServiceUri", "https://q.example"));

        Assert.Equal(new Uri("https://t.example"), services.GetRequiredService<StorageClients>().Tables.Uri);
    }

    [Fact]
    public void AddAzureStorage_NoConnection_SaysWhatToWrite()
    {
        var message = MessageOf(("Storage:Prefix", "llmrouter"));

        Assert.Contains("AzureWebJobsStorage is missing", message, StringComparison.Ordinal);
        Assert.Contains("UseDevelopmentStorage=true", message, StringComparison.Ordinal);
        Assert.Contains("AzureWebJobsStorage__accountName", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Storage:Prefx", "a", "Storage:Prefx is no known setting")]
    [InlineData("Storage:Prefix", "", "Storage:Prefix must be")]
    [InlineData("Storage:Prefix", "Team", "Storage:Prefix must be")]
    [InlineData("Storage:Prefix", "7team", "Storage:Prefix must be")]
    [InlineData("Storage:Prefix", "a-b", "Storage:Prefix must be")]
    [InlineData("Storage:Prefix", "aaaaaaaaaaaaaaaaaaaaaaaaa", "Storage:Prefix must be")]
    [InlineData("AzureWebJobsStorage:tableServiceUri", "http://t.example", "AzureWebJobsStorage__tableServiceUri must be an https address")]
    public void AddAzureStorage_WrongSetting_IsNamed(string key, string value, string message) =>
        Assert.Contains(message, MessageOf(("AzureWebJobsStorage", "UseDevelopmentStorage=true"), (key, value)), StringComparison.Ordinal);

    [Fact]
    public void AddAzureStorage_AccountNameThatIsAnAddress_IsNamed() =>
        Assert.Contains("AzureWebJobsStorage__accountName must be", MessageOf(("AzureWebJobsStorage:accountName", "acct.example/x")), StringComparison.Ordinal);

    [Theory]
    [InlineData("Secret123")]
    [InlineData("AccountName=a;AccountKey=Secret123")]
    [InlineData("BlobEndpoint=https://b.example;SharedAccessSignature=sig=Secret123")]
    public void AddAzureStorage_UnusableConnectionString_IsNamedWithoutItsValue(string connection)
    {
        var message = MessageOf(("AzureWebJobsStorage", connection));

        Assert.Contains("AzureWebJobsStorage is no connection string", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret123", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_Options_HidesTheConnectionString() =>
        Assert.DoesNotContain("Secret123", new StorageOptions { ConnectionString = new("Secret123") }.ToString(), StringComparison.Ordinal);

    private static string MessageOf(params (string Key, string Value)[] settings)
    {
        using var services = Services(settings);
        return Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<StorageClients>()).Message;
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings) =>
        new ServiceCollection()
            .AddAzureStorage(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build())
            .BuildServiceProvider();
}
