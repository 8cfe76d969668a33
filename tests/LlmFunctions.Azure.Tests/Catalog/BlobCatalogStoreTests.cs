using Azure.Data.Tables;
using LlmFunctions.Azure.Catalog;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Azure.Tests.Catalog;

public sealed class BlobCatalogStoreTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    // Every test has names of its own in the account that all share.
    private readonly StorageClients _clients = StorageClientsFactory.Create(
        new() { Prefix = $"t{Guid.NewGuid():N}"[..24], ConnectionString = new(azurite.ConnectionString) }, new FakeCredential());

    [Fact]
    public async Task Read_NothingStored_FindsNothing()
    {
        var store = Store();

        Assert.Null(await store.ReadHeadAsync(CancellationToken.None));
        Assert.Null(await store.ReadDocumentAsync(1, CancellationToken.None));
        Assert.Empty(await store.ListVersionsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task AddVersionAsync_Document_ComesBackAsWritten()
    {
        const string Document = "{ \"a\": \"ö → 漢 😀\" } // end\n";

        var version = await Store().AddVersionAsync(Document, "Zoë", CancellationToken.None);

        Assert.Equal(new CatalogVersion(1, CatalogHash.Of(Document), "Zoë", Now), version);
        Assert.Equal(Document, await Store().ReadDocumentAsync(1, CancellationToken.None));
        Assert.Equal([version], await Store().ListVersionsAsync(CancellationToken.None));
        Assert.Null(await Store().ReadHeadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task AddVersionAsync_ManyAtOnce_EachHasANumberOfItsOwn()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Store().AddVersionAsync($"document {i}", $"author {i}", CancellationToken.None)));

        Assert.Equal(12, versions.Select(v => v.Number).Distinct().Count());
        Assert.Equal(versions.OrderByDescending(v => v.Number), await Store().ListVersionsAsync(CancellationToken.None));
        foreach (var version in versions)
            Assert.Equal(version.Hash, CatalogHash.Of((await Store().ReadDocumentAsync(version.Number, CancellationToken.None))!));
    }

    [Fact]
    public async Task AddVersionAsync_BlobWithoutRow_GoesOnToTheNextNumber()
    {
        var store = Store();
        await store.AddVersionAsync("one", "ops", CancellationToken.None);
        await _clients.Blobs.GetBlobContainerClient($"{_clients.Prefix}-catalog").UploadBlobAsync("0000000002.json", BinaryData.FromString("orphan"));

        var version = await store.AddVersionAsync("three", "ops", CancellationToken.None);

        Assert.Equal(3, version.Number);
        Assert.Equal("orphan", await store.ReadDocumentAsync(2, CancellationToken.None));
        Assert.Equal([3, 1], (await store.ListVersionsAsync(CancellationToken.None)).Select(v => v.Number));
    }

    [Fact]
    public async Task AddVersionAsync_BlobWrittenWithAByteOrderMark_IsReadWithout()
    {
        var store = Store();
        await store.AddVersionAsync("\uFEFF{}", "ops", CancellationToken.None);

        Assert.Equal("{}", await store.ReadDocumentAsync(1, CancellationToken.None));
    }

    [Fact]
    public async Task TryMoveHeadAsync_FirstHead_OnlyOneOfManyWins()
    {
        var moved = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Store().TryMoveHeadAsync(i, null, CancellationToken.None)));

        var winner = Assert.Single(moved.Index(), m => m.Item).Index + 1;
        Assert.Equal(winner, (await Store().ReadHeadAsync(CancellationToken.None))!.Number);
    }

    [Fact]
    public async Task TryMoveHeadAsync_ExpectedHead_MovesForthAndBack()
    {
        var store = Store();
        await store.TryMoveHeadAsync(1, null, CancellationToken.None);

        Assert.True(await store.TryMoveHeadAsync(2, await store.ReadHeadAsync(CancellationToken.None), CancellationToken.None));
        Assert.True(await store.TryMoveHeadAsync(1, await store.ReadHeadAsync(CancellationToken.None), CancellationToken.None));

        Assert.Equal(1, (await store.ReadHeadAsync(CancellationToken.None))!.Number);
    }

    [Fact]
    public async Task TryMoveHeadAsync_HeadMovedMeanwhile_ChangesNothing()
    {
        var store = Store();
        await store.TryMoveHeadAsync(1, null, CancellationToken.None);
        var seen = await store.ReadHeadAsync(CancellationToken.None);
        await store.TryMoveHeadAsync(2, seen, CancellationToken.None);

        Assert.False(await store.TryMoveHeadAsync(3, seen, CancellationToken.None));
        Assert.False(await store.TryMoveHeadAsync(3, null, CancellationToken.None));

        Assert.Equal(2, (await store.ReadHeadAsync(CancellationToken.None))!.Number);
    }

    [Fact]
    public async Task TryMoveHeadAsync_HeadDeletedMeanwhile_ChangesNothing()
    {
        var store = Store();
        await store.TryMoveHeadAsync(1, null, CancellationToken.None);
        var seen = await store.ReadHeadAsync(CancellationToken.None);
        await Table().DeleteEntityAsync("catalog", "head");

        Assert.False(await store.TryMoveHeadAsync(2, seen, CancellationToken.None));

        Assert.Null(await store.ReadHeadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task AddVersionAsync_TableAndContainerDeletedMeanwhile_CreatesThemAgain()
    {
        var store = Store();
        await store.AddVersionAsync("one", "ops", CancellationToken.None);
        await Table().DeleteAsync();
        await _clients.Blobs.DeleteBlobContainerAsync($"{_clients.Prefix}-catalog");

        var version = await store.AddVersionAsync("two", "ops", CancellationToken.None);

        Assert.Equal(1, version.Number);
        Assert.Equal("two", await store.ReadDocumentAsync(1, CancellationToken.None));
    }

    [Fact]
    public async Task ListVersionsAsync_RowWrittenByHand_DoesNotHideTheOthers()
    {
        var store = Store();
        await store.AddVersionAsync("one", "ops", CancellationToken.None);
        await Table().AddEntityAsync(new TableEntity("catalog", "vodka"));
        await Table().AddEntityAsync(new TableEntity("catalog", "v0000000007"));

        Assert.Equal([7, 1], (await store.ListVersionsAsync(CancellationToken.None)).Select(v => v.Number));
    }

    private BlobCatalogStore Store() => new(_clients, new FakeTimeProvider(Now));

    private TableClient Table() => _clients.Tables.GetTableClient($"{_clients.Prefix}catalog");
}
