using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class CatalogLoaderTests : IDisposable
{
    private readonly FakeCatalogStore _store = new();
    private readonly List<CatalogInstance> _instances = [];

    public void Dispose() => _instances.ForEach(i => i.Dispose());

    [Fact]
    public async Task LookAsync_StoredCatalog_IsAdoptedAndTheSeedIgnored()
    {
        _store.Publish(CatalogText.Sound("stored"));
        var instance = Instance(CatalogText.Sound("seed"));

        await instance.LookAsync();

        Assert.Equal("stored", instance.Model);
        Assert.Equal(1, instance.Version);
        Assert.Equal(CatalogHash.Of(CatalogText.Sound("stored")), instance.Holder.Current!.Hash);
        Assert.Equal(1, _store.Count);
        Assert.Null(instance.Loader.Problem);
    }

    [Fact]
    public async Task LookAsync_NothingStored_StoresTheSettingAsVersionOne()
    {
        var instance = Instance(CatalogText.Sound("seed"));

        await instance.LookAsync();

        Assert.Equal(("seed", 1L, 1L), (instance.Model, instance.Version, _store.HeadNumber));
        var version = Assert.Single(await _store.ListVersionsAsync(CancellationToken.None));
        Assert.Equal((1L, "seed"), (version.Number, version.Author));
    }

    [Fact]
    public async Task LookAsync_NothingStoredAndNoSetting_StoresTheFile()
    {
        var folder = Directory.CreateTempSubdirectory("catalog");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "catalog.json"), CatalogText.Sound("file"));
        var instance = new CatalogInstance(_store, null, "catalog.json", folder.FullName);
        _instances.Add(instance);

        await instance.LookAsync();
        folder.Delete(recursive: true);

        Assert.Equal(("file", 1L), (instance.Model, instance.Version));
    }

    [Fact]
    public async Task LookAsync_NothingAtAll_SaysWhatToDoOnce()
    {
        var instance = Instance(null);

        await instance.LookAsync();
        await instance.LookAsync();

        Assert.Null(instance.Holder.Current);
        Assert.Contains("Write the file, put the document into the setting Catalog, or publish one.", instance.Loader.Problem, StringComparison.Ordinal);
        Assert.Contains("missing.json", instance.Loader.Problem, StringComparison.Ordinal);
        Assert.Equal([$"Error: {instance.Loader.Problem}"], instance.LoaderLog.Lines);
    }

    [Fact]
    public async Task LookAsync_NothingAtAllThenPublished_IsAdoptedAndTheProblemGone()
    {
        var instance = Instance(null);
        await instance.LookAsync();

        _store.Publish(CatalogText.Sound());
        await instance.LookAsync();

        Assert.Equal(1, instance.Version);
        Assert.Null(instance.Loader.Problem);
    }

    [Fact]
    public async Task LookAsync_InvalidSeed_IsNotStoredAndNamesItsErrors()
    {
        var instance = Instance("""{ "endpoints": {}, "models": {} }""");

        await instance.LookAsync();

        Assert.Equal(0, _store.Count);
        Assert.Contains("the setting Catalog is refused", instance.Loader.Problem, StringComparison.Ordinal);
        Assert.Contains("endpoints: is empty", instance.Loader.Problem, StringComparison.Ordinal);
        Assert.Contains("models: is empty", instance.Loader.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LookAsync_AnotherInstanceSeedsFirst_AdoptsTheirs()
    {
        var instance = Instance(CatalogText.Sound("ours"));
        _store.BeforeMove = () => _store.Publish(CatalogText.Sound("theirs"));

        await instance.LookAsync();

        Assert.Equal("theirs", instance.Model);
        Assert.Equal(_store.HeadNumber, instance.Version);
    }

    [Fact]
    public async Task LookAsync_ManyInstancesSeedAtOnce_AllHaveTheSame()
    {
        var instances = Enumerable.Range(0, 8).Select(i => Instance(CatalogText.Sound($"seed{i}"))).ToArray();

        await Task.WhenAll(instances.Select(i => Task.Run(i.LookAsync)));

        Assert.Single(instances.Select(i => (i.Model, i.Version)).Distinct());
        Assert.Equal(_store.HeadNumber, instances[0].Version);
    }

    [Fact]
    public async Task LookAsync_SeedingEndedBeforeTheHead_TakesTheStoredVersionUp()
    {
        var instance = Instance(CatalogText.Sound("seed"));
        _store.HeadIsReadOnly = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(instance.LookAsync);
        await Assert.ThrowsAsync<StorageUnavailableException>(instance.LookAsync);
        _store.HeadIsReadOnly = false;

        await instance.LookAsync();

        Assert.Equal((1, 1L), (_store.Count, instance.Version));
    }

    [Fact]
    public async Task LookAsync_NewVersion_IsSwappedInAfterTheObserversKnow()
    {
        var instance = Instance(CatalogText.Sound("one"));
        await instance.LookAsync();

        _store.Publish(CatalogText.Sound("two"));
        await instance.LookAsync();

        Assert.Equal(("two", 2L), (instance.Model, instance.Version));
        Assert.Equal([(1, null), (2, 1L)], instance.Observed);
    }

    [Fact]
    public async Task LookAsync_SameVersion_ReadsNoDocument()
    {
        _store.Publish(CatalogText.Sound());
        var instance = Instance(null);
        await instance.LookAsync();
        var current = instance.Holder.Current;

        await instance.LookAsync();

        Assert.Equal(1, _store.Reads);
        Assert.Same(current, instance.Holder.Current);
        Assert.Single(instance.Observed);
    }

    [Fact]
    public async Task LookAsync_HeadMovedBack_AdoptsTheOlderVersion()
    {
        _store.Publish(CatalogText.Sound("one"));
        _store.Publish(CatalogText.Sound("two"));
        var instance = Instance(null);
        await instance.LookAsync();

        _store.MoveHead(1);
        await instance.LookAsync();

        Assert.Equal("one", instance.Model);
    }

    [Theory]
    [InlineData("{ }")]
    [InlineData("not json")]
    [InlineData(null)]
    public async Task LookAsync_InvalidVersion_IsRefusedOnceAndTheOldOneStays(string? document)
    {
        _store.Publish(CatalogText.Sound("old"));
        var instance = Instance(null);
        await instance.LookAsync();

        _store.Publish(document);
        await instance.LookAsync();
        await instance.LookAsync();

        Assert.Equal(("old", 1L), (instance.Model, instance.Version));
        var refused = Assert.Single(instance.LoaderLog.Lines, l => l.StartsWith("Error", StringComparison.Ordinal));
        Assert.StartsWith("Error: Version 2 of the catalog is refused: ", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LookAsync_SecondInvalidVersion_IsLoggedToo()
    {
        _store.Publish(CatalogText.Sound("old"));
        var instance = Instance(null);
        await instance.LookAsync();

        _store.Publish("{}");
        await instance.LookAsync();
        _store.Publish("{}");
        await instance.LookAsync();

        Assert.Equal(2, instance.LoaderLog.Lines.Count(l => l.StartsWith("Error", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task LookAsync_RefusedVersionRepaired_IsAdopted()
    {
        _store.Publish(CatalogText.Sound("old"));
        var instance = Instance(null);
        await instance.LookAsync();
        _store.Publish("{}");
        await instance.LookAsync();

        _store.Repair(2, CatalogText.Sound("repaired"));
        await instance.LookAsync();

        Assert.Equal(("repaired", 2L), (instance.Model, instance.Version));
    }

    [Fact]
    public async Task LookAsync_NewInstanceMeetsARefusedVersion_TakesTheNewestSoundOneBefore()
    {
        _store.Publish(CatalogText.Sound("one"));
        _store.Publish(CatalogText.Sound("two"));
        _store.Publish("{}");
        _store.Publish("{}");
        _store.Add(CatalogText.Sound("not in force yet"));
        var instance = Instance(CatalogText.Sound("seed"));

        await instance.LookAsync();

        Assert.Equal(("two", 2L), (instance.Model, instance.Version));
    }

    [Fact]
    public async Task LookAsync_EveryVersionRefused_SaysSo()
    {
        _store.Publish("{}");
        var instance = Instance(CatalogText.Sound("seed"));

        await instance.LookAsync();

        Assert.Null(instance.Holder.Current);
        Assert.StartsWith("There is no catalog: version 1 is refused", instance.Loader.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LookAsync_HeadGone_KeepsTheOldOneAndSaysSoOnce()
    {
        var instance = Instance(CatalogText.Sound());
        await instance.LookAsync();

        _store.ForgetHead();
        await instance.LookAsync();
        await instance.LookAsync();

        Assert.Equal(1, instance.Version);
        Assert.Null(_store.HeadNumber);
        Assert.Single(instance.LoaderLog.Lines, l => l.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LookAsync_PublishedHereWhileReading_DoesNotUndoIt()
    {
        _store.Publish(CatalogText.Sound("one"));
        var instance = Instance(null);
        await instance.LookAsync();
        _store.Publish(CatalogText.Sound("two"));
        _store.AfterRead = () => Assert.True(instance.Publisher.PublishAsync(CatalogText.Sound("three"), "ops", CancellationToken.None).IsCompletedSuccessfully);

        await instance.LookAsync();

        Assert.Equal(("three", 3L), (instance.Model, instance.Version));
    }

    private CatalogInstance Instance(string? seed)
    {
        var instance = new CatalogInstance(_store, seed);
        _instances.Add(instance);
        return instance;
    }
}
