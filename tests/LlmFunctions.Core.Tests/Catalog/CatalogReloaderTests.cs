using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class CatalogReloaderTests : IDisposable
{
    private static readonly TimeSpan PollInterval = new CatalogOptions().PollInterval;

    private readonly FakeCatalogStore _store = new();
    private readonly List<CatalogInstance> _instances = [];

    public void Dispose() => _instances.ForEach(i => i.Dispose());

    [Fact]
    public async Task LoadAsync_StoredCatalog_IsInForceAfterwards()
    {
        _store.Publish(CatalogText.Sound());
        var instance = Instance(null);

        await instance.Reloader.LoadAsync(CancellationToken.None);

        Assert.Equal(1, instance.Version);
    }

    [Fact]
    public async Task LoadAsync_ManyCallers_LoadOnce()
    {
        _store.Publish(CatalogText.Sound());
        var instance = Instance(null);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => instance.Reloader.LoadAsync(CancellationToken.None))));

        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task LoadAsync_StorageDown_UsesTheSeedAsVersionZero()
    {
        _store.IsDown = true;
        var instance = Instance(CatalogText.Sound("seed"));

        await instance.Reloader.LoadAsync(CancellationToken.None);

        Assert.Equal(("seed", 0L), (instance.Model, instance.Version));
        Assert.Equal(["Warning: The stored catalog cannot be read, what is in force stays: The storage is down."], instance.ReloaderLog.Lines);
    }

    [Fact]
    public async Task LoadAsync_StorageDownAndNoSeed_SaysWhatToDo()
    {
        _store.IsDown = true;
        var instance = Instance(null);

        await instance.Reloader.LoadAsync(CancellationToken.None);

        Assert.Null(instance.Holder.Current);
        Assert.NotNull(instance.Reloader.Problem);
    }

    [Fact]
    public async Task LoadAsync_StorageHangs_EndsAfterFiveSecondsWithTheSeed()
    {
        _store.Hangs = true;
        var instance = Instance(CatalogText.Sound("seed"));

        var load = instance.Reloader.LoadAsync(CancellationToken.None);
        instance.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(load.IsCompleted);
        instance.Time.Advance(TimeSpan.FromSeconds(0.1));
        await load;

        Assert.Equal(("seed", 0L), (instance.Model, instance.Version));
    }

    [Fact]
    public async Task LoadAsync_CallerLeaves_TheLoadGoesOnForTheOthers()
    {
        _store.Hangs = true;
        var instance = Instance(CatalogText.Sound("seed"));
        using var caller = new CancellationTokenSource();
        var left = instance.Reloader.LoadAsync(caller.Token);
        var stayed = instance.Reloader.LoadAsync(CancellationToken.None);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        instance.Time.Advance(CatalogReloader.LookLimit);
        await stayed;

        Assert.Equal(0, instance.Version);
    }

    [Fact]
    public async Task Poll_NewVersion_IsInForceOnEveryInstanceWithinFiveSeconds()
    {
        _store.Publish(CatalogText.Sound("one"));
        var one = await StartAsync(null);
        var two = await StartAsync(null);

        await one.Publisher.PublishAsync(CatalogText.Sound("two"), "ops", CancellationToken.None);
        Assert.Equal("two", one.Model);
        two.Time.Advance(PollInterval);
        await UntilAsync(() => two.Model == "two");

        Assert.True(PollInterval < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Poll_StorageReturns_StoresTheSeedThatWasInForce()
    {
        _store.IsDown = true;
        var instance = await StartAsync(CatalogText.Sound("seed"));
        Assert.Equal(0, instance.Version);

        _store.IsDown = false;
        instance.Time.Advance(PollInterval);
        await UntilAsync(() => instance.Version == 1);

        Assert.Equal(1, _store.HeadNumber);
    }

    [Fact]
    public async Task Poll_StorageReturnsWithAnotherCatalog_AdoptsTheStored()
    {
        _store.Publish(CatalogText.Sound("stored"));
        _store.IsDown = true;
        var instance = await StartAsync(CatalogText.Sound("seed"));

        _store.IsDown = false;
        instance.Time.Advance(PollInterval);
        await UntilAsync(() => instance.Model == "stored");

        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public async Task Poll_OutageAndReturn_KeepsTheCatalogAndLogsEachOnce()
    {
        _store.Publish(CatalogText.Sound());
        var instance = await StartAsync(null);
        var current = instance.Holder.Current;

        _store.IsDown = true;
        instance.Time.Advance(PollInterval);
        await UntilAsync(() => instance.ReloaderLog.Lines.Count == 1);
        instance.Time.Advance(PollInterval);
        _store.IsDown = false;
        instance.Time.Advance(PollInterval);
        await UntilAsync(() => instance.ReloaderLog.Lines.Count == 2);

        Assert.Same(current, instance.Holder.Current);
        Assert.Equal("Information: The stored catalog can be read again", instance.ReloaderLog.Lines[1]);
    }

    [Fact]
    public async Task Poll_StorageHangs_GoesOnPollingAfterwards()
    {
        _store.Publish(CatalogText.Sound("one"));
        var instance = await StartAsync(null);
        _store.Hangs = true;
        instance.Time.Advance(PollInterval);
        await UntilAsync(() =>
        {
            instance.Time.Advance(TimeSpan.FromSeconds(1));
            return instance.ReloaderLog.Lines.Count == 1;
        });

        _store.Hangs = false;
        _store.Publish(CatalogText.Sound("two"));
        await UntilAsync(() =>
        {
            instance.Time.Advance(TimeSpan.FromSeconds(1));
            return instance.Model == "two";
        });
    }

    [Fact]
    public async Task Poll_UnexpectedFailure_DoesNotEndTheService()
    {
        _store.IsBroken = true;
        var instance = await StartAsync(CatalogText.Sound("seed"));
        Assert.Equal("Error: Looking at the stored catalog failed unexpectedly", instance.ReloaderLog.Lines[0]);

        _store.IsBroken = false;
        instance.Time.Advance(PollInterval);
        await UntilAsync(() => instance.Version == 1);
    }

    [Fact]
    public async Task StopAsync_WhileStorageHangs_EndsAtOnce()
    {
        _store.Hangs = true;
        var instance = Instance(null);
        await instance.Reloader.StartAsync(CancellationToken.None);

        await instance.Reloader.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Null(instance.Holder.Current);
    }

    private async Task<CatalogInstance> StartAsync(string? seed)
    {
        var instance = Instance(seed);
        var looks = _store.Looks;
        await instance.Reloader.StartAsync(CancellationToken.None);
        // A second look proves that the timer runs; a clock that moves before there is a timer moves for nothing.
        await UntilAsync(() =>
        {
            instance.Time.Advance(TimeSpan.FromSeconds(1));
            return _store.Looks >= looks + 2 && instance.Holder.Current is not null;
        });
        return instance;
    }

    private CatalogInstance Instance(string? seed)
    {
        var instance = new CatalogInstance(_store, seed);
        _instances.Add(instance);
        return instance;
    }

    // The service runs on the thread pool; only its clock is ours.
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
            await Task.Delay(5, limit.Token);
    }
}
