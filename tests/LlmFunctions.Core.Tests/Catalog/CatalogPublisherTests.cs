using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class CatalogPublisherTests : IDisposable
{
    private readonly FakeCatalogStore _store = new();
    private readonly CatalogInstance _instance;

    public CatalogPublisherTests() => _instance = new(_store);

    public void Dispose() => _instance.Dispose();

    [Fact]
    public async Task PublishAsync_SoundDocument_IsInForceHereAtOnce()
    {
        var published = Assert.IsType<CatalogChange.Published>(await PublishAsync(CatalogText.Sound()));

        Assert.True(published.IsNew);
        Assert.Equal((1L, "ops"), (published.Version.Number, published.Version.Author));
        Assert.Equal(1, _store.HeadNumber);
        Assert.Equal(new CatalogSnapshot(1, CatalogHash.Of(CatalogText.Sound()), _instance.Holder.Current!.Config), _instance.Holder.Current);
        Assert.Equal([(1, null)], _instance.Observed);
    }

    [Fact]
    public async Task PublishAsync_InvalidDocument_StoresNothing()
    {
        var invalid = Assert.IsType<CatalogChange.Invalid>(await PublishAsync("{}"));

        Assert.Equal(["endpoints", "models"], invalid.Errors.Select(e => e.Key));
        Assert.Equal(0, _store.Count);
        Assert.Null(_instance.Holder.Current);
    }

    [Fact]
    public async Task PublishAsync_SameDocument_PublishesNothing()
    {
        await PublishAsync(CatalogText.Sound());

        var published = Assert.IsType<CatalogChange.Published>(await PublishAsync(CatalogText.Sound()));

        Assert.False(published.IsNew);
        Assert.Equal((1L, 1), (published.Version.Number, _store.Count));
    }

    [Fact]
    public async Task PublishAsync_DocumentOfAnOlderVersion_IsANewVersion()
    {
        await PublishAsync(CatalogText.Sound("one"));
        await PublishAsync(CatalogText.Sound("two"));

        var published = Assert.IsType<CatalogChange.Published>(await PublishAsync(CatalogText.Sound("one")));

        Assert.Equal((3L, "one"), (published.Version.Number, _instance.Model));
    }

    [Fact]
    public async Task PublishAsync_BasedOnAVersionThatIsNotInForce_IsAConflictAndStoresNothing()
    {
        await PublishAsync(CatalogText.Sound("one"));
        await PublishAsync(CatalogText.Sound("two"));

        Assert.IsType<CatalogChange.Conflict>(await _instance.Publisher.PublishAsync(CatalogText.Sound("three"), "ops", CancellationToken.None, basedOn: 1));
        Assert.Equal((2, "two"), (_store.Count, _instance.Model));

        Assert.IsType<CatalogChange.Published>(await _instance.Publisher.PublishAsync(CatalogText.Sound("three"), "ops", CancellationToken.None, basedOn: 2));
        Assert.Equal("three", _instance.Model);
    }

    [Fact]
    public async Task PublishAsync_SomebodyElsePublishesMeanwhile_IsAConflict()
    {
        await PublishAsync(CatalogText.Sound("one"));
        _store.BeforeMove = () => _store.Publish(CatalogText.Sound("theirs"));

        Assert.IsType<CatalogChange.Conflict>(await PublishAsync(CatalogText.Sound("ours")));

        Assert.Equal("one", _instance.Model);
        Assert.Equal(3, _store.HeadNumber);
    }

    [Fact]
    public async Task PublishAsync_StorageDown_Throws()
    {
        _store.IsDown = true;

        await Assert.ThrowsAsync<StorageUnavailableException>(() => PublishAsync(CatalogText.Sound()));

        Assert.Null(_instance.Holder.Current);
    }

    [Fact]
    public async Task RollBackAsync_OlderVersion_IsInForceAgain()
    {
        await PublishAsync(CatalogText.Sound("one"));
        await PublishAsync(CatalogText.Sound("two"));

        var rolledBack = Assert.IsType<CatalogChange.RolledBack>(await RollBackAsync(1));

        Assert.Equal((1L, 1L, "one"), (rolledBack.Version.Number, _store.HeadNumber, _instance.Model));
        Assert.Equal(2, _store.Count);
    }

    [Fact]
    public async Task RollBackAsync_VersionInForce_ChangesNothing()
    {
        await PublishAsync(CatalogText.Sound());
        _store.HeadIsReadOnly = true;

        Assert.IsType<CatalogChange.RolledBack>(await RollBackAsync(1));
    }

    [Fact]
    public async Task RollBackAsync_NoSuchVersion_IsNotFound()
    {
        await PublishAsync(CatalogText.Sound());

        Assert.Equal(new CatalogChange.NotFound(7), await RollBackAsync(7));
    }

    [Fact]
    public async Task RollBackAsync_VersionWithoutDocument_IsNotFound()
    {
        await PublishAsync(CatalogText.Sound());
        _store.Add(null);

        Assert.Equal(new CatalogChange.NotFound(2), await RollBackAsync(2));
    }

    [Fact]
    public async Task RollBackAsync_VersionThatIsNoCatalogAnyMore_IsInvalid()
    {
        _store.Add("{}");
        await PublishAsync(CatalogText.Sound());

        Assert.IsType<CatalogChange.Invalid>(await RollBackAsync(1));

        Assert.Equal((2L, 2L), (_store.HeadNumber, _instance.Version));
    }

    [Fact]
    public async Task RollBackAsync_SomebodyElsePublishesMeanwhile_IsAConflict()
    {
        await PublishAsync(CatalogText.Sound("one"));
        await PublishAsync(CatalogText.Sound("two"));
        _store.BeforeMove = () => _store.Publish(CatalogText.Sound("theirs"));

        Assert.IsType<CatalogChange.Conflict>(await RollBackAsync(1));

        Assert.Equal("two", _instance.Model);
    }

    [Fact]
    public async Task ListAsync_Versions_AreNewestFirstAndReadable()
    {
        await PublishAsync(CatalogText.Sound("one"));
        await PublishAsync(CatalogText.Sound("two"));

        Assert.Equal([2, 1], (await _instance.Publisher.ListAsync(CancellationToken.None)).Select(v => v.Number));
        Assert.Equal(CatalogText.Sound("one"), await _instance.Publisher.ReadAsync(1, CancellationToken.None));
        Assert.Null(await _instance.Publisher.ReadAsync(3, CancellationToken.None));
    }

    private Task<CatalogChange> PublishAsync(string document) => _instance.Publisher.PublishAsync(document, "ops", CancellationToken.None);

    private Task<CatalogChange> RollBackAsync(long number) => _instance.Publisher.RollBackAsync(number, "ops", CancellationToken.None);
}
