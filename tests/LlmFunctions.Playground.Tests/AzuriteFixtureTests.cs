using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using LlmFunctions.Testing;

namespace LlmFunctions.Playground.Tests;

public sealed class AzuriteFixtureTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task ConnectionString_Table_ReturnsWhatWasWritten()
    {
        var table = new TableClient(azurite.ConnectionString, azurite.NewPrefix());
        await table.CreateAsync();

        await table.AddEntityAsync(new TableEntity("p", "r") { ["text"] = "hello" });

        var entity = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal("hello", entity.Value.GetString("text"));
    }

    [Fact]
    public async Task ConnectionString_Blob_ReturnsWhatWasWritten()
    {
        var container = new BlobContainerClient(azurite.ConnectionString, azurite.NewPrefix());
        await container.CreateAsync();

        await container.UploadBlobAsync("b", BinaryData.FromString("hello"));

        var blob = await container.GetBlobClient("b").DownloadContentAsync();
        Assert.Equal("hello", blob.Value.Content.ToString());
    }

    [Fact]
    public async Task ConnectionString_Queue_ReturnsWhatWasSent()
    {
        var queue = new QueueClient(azurite.ConnectionString, azurite.NewPrefix());
        await queue.CreateAsync();

        await queue.SendMessageAsync("hello");

        var message = await queue.ReceiveMessageAsync();
        Assert.Equal("hello", message.Value.MessageText);
    }

    [Fact]
    public void NewPrefix_Twice_GivesTwoNamesThatTablesAccept()
    {
        string[] prefixes = [azurite.NewPrefix(), azurite.NewPrefix()];

        Assert.NotEqual(prefixes[0], prefixes[1]);
        Assert.All(prefixes, prefix => Assert.Matches("^[a-z][a-z0-9]{2,23}$", prefix));
    }

    [Fact]
    public void WithPorts_OnlyTheTable_KeepsTheOtherPorts()
    {
        var expected = AzuriteConnectionString.For(azurite.BlobPort, azurite.QueuePort, 1);

        Assert.Equal(expected, azurite.WithPorts(table: 1));
    }
}
