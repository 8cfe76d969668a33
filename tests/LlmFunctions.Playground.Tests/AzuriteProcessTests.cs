using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace LlmFunctions.Playground.Tests;

public sealed class AzuriteProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("llmfunctions").FullName;

    [Fact]
    public async Task StartAsync_TwoAtOnce_HaveTheirOwnPortsAndData()
    {
        var options = new AzuriteOptions { InMemory = true };
        var both = await Task.WhenAll(
            AzuriteProcess.StartAsync(options, CancellationToken.None),
            AzuriteProcess.StartAsync(options, CancellationToken.None));
        await using var first = both[0];
        await using var second = both[1];
        await new BlobContainerClient(first.ConnectionString, "only-here").CreateAsync();

        int[] ports =
        [
            first.BlobPort, first.QueuePort, first.TablePort, second.BlobPort, second.QueuePort, second.TablePort,
        ];
        Assert.Equal(6, ports.Distinct().Count());
        Assert.False(await new BlobContainerClient(second.ConnectionString, "only-here").ExistsAsync());
    }

    [Fact]
    public async Task DisposeAsync_WithAFolder_DataIsThereAtTheNextStart()
    {
        var options = new AzuriteOptions { DataFolder = _folder };
        await using (var before = await AzuriteProcess.StartAsync(options, CancellationToken.None))
        {
            var table = new TableClient(before.ConnectionString, "kept");
            await table.CreateAsync();
            await table.AddEntityAsync(new TableEntity("p", "r") { ["text"] = "row" });
            var container = new BlobContainerClient(before.ConnectionString, "kept");
            await container.CreateAsync();
            await container.UploadBlobAsync("b", BinaryData.FromString("blob"));
            var queue = new QueueClient(before.ConnectionString, "kept");
            await queue.CreateAsync();
            await queue.SendMessageAsync("message");
        }

        await using var after = await AzuriteProcess.StartAsync(options, CancellationToken.None);

        var row = await new TableClient(after.ConnectionString, "kept").GetEntityAsync<TableEntity>("p", "r");
        var blob = await new BlobClient(after.ConnectionString, "kept", "b").DownloadContentAsync();
        var message = await new QueueClient(after.ConnectionString, "kept").ReceiveMessageAsync();
        Assert.Equal("row", row.Value.GetString("text"));
        Assert.Equal("blob", blob.Value.Content.ToString());
        Assert.Equal("message", message.Value.MessageText);
    }

    [Fact]
    public async Task DisposeAsync_Running_ClosesThePorts()
    {
        var azurite = await AzuriteProcess.StartAsync(new AzuriteOptions { InMemory = true }, CancellationToken.None);

        await azurite.DisposeAsync();

        using var client = new System.Net.Sockets.TcpClient();
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(
            () => client.ConnectAsync("127.0.0.1", azurite.BlobPort));
    }

    [Fact]
    public async Task StartAsync_WithoutNpm_SaysToInstallNode()
    {
        var options = new AzuriteOptions { RootFolder = _folder, NpmExecutable = "npm-that-is-not-there" };

        var missing = await Assert.ThrowsAsync<NodeMissingException>(
            () => AzuriteProcess.StartAsync(options, CancellationToken.None));

        Assert.Equal(
            "'npm-that-is-not-there' was not found, and the storage emulator Azurite needs it. "
            + "Install Node.js 20 or later (it brings npm) from https://nodejs.org, then start again.",
            missing.Message);
    }

    [Fact]
    public async Task StartAsync_WithoutNode_SaysToInstallNode()
    {
        var options = new AzuriteOptions { InMemory = true, NodeExecutable = "node-that-is-not-there" };

        var missing = await Assert.ThrowsAsync<NodeMissingException>(
            () => AzuriteProcess.StartAsync(options, CancellationToken.None));

        Assert.StartsWith("'node-that-is-not-there' was not found", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_DataFolderIsAFile_SaysWhatAzuriteSaid()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");

        var failed = await Assert.ThrowsAsync<AzuriteException>(
            () => AzuriteProcess.StartAsync(new AzuriteOptions { DataFolder = file }, CancellationToken.None));

        Assert.StartsWith("Azurite ended with code 1:", failed.Message, StringComparison.Ordinal);
        Assert.Contains("EEXIST", failed.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
