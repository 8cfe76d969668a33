using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmFunctions.Core.Tests.Health;

public sealed class RefresherTests
{
    private readonly HealthBench _bench = new();
    private readonly FakeHealthStore _store = new();
    private readonly HealthRefresher _refresher;

    public RefresherTests()
    {
        _bench.Apply(HealthBench.Config());
        _refresher = new(_store, _bench.Registry, _bench.Time, _bench.Options, NullLogger<HealthRefresher>.Instance);
    }

    [Fact]
    public async Task EnsureFresh_FreshInstanceAndOpenCircuitInTheTable_SendsNoFirstRequestThere()
    {
        PutOpen();
        Assert.False(_refresher.IsReady);
        await _refresher.EnsureFreshAsync(CancellationToken.None);
        Assert.Null(_bench.Get().TryBegin(_bench.Now, HealthBench.Limit));
        Assert.True(_refresher.IsReady);
        Assert.Equal(TimeSpan.Zero, _refresher.Age);
    }

    [Fact]
    public async Task EnsureFresh_ReadWithinFiveSeconds_ReadsNothingAndEndsAtOnce()
    {
        await _refresher.EnsureFreshAsync(CancellationToken.None);
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var wait = _refresher.EnsureFreshAsync(CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(wait.IsCompletedSuccessfully);
        Assert.Equal(0, allocated);
        Assert.Equal(1, _store.EpochReads);
    }

    [Fact]
    public async Task EnsureFresh_OlderThanFiveSeconds_ReadsAgain()
    {
        await _refresher.EnsureFreshAsync(CancellationToken.None);
        PutOpen();
        _bench.Time.Advance(TimeSpan.FromSeconds(5.1));
        await _refresher.EnsureFreshAsync(CancellationToken.None);
        Assert.Equal(SkipKind.CircuitOpen, _bench.Get().GetSkipReason(_bench.Now)?.Kind);
    }

    [Fact]
    public async Task EnsureFresh_CatalogLoadedAfterTheFirstRead_ReadsBeforeTheFirstRequest()
    {
        var bench = new HealthBench();
        var refresher = new HealthRefresher(_store, bench.Registry, bench.Time, bench.Options, NullLogger<HealthRefresher>.Instance);
        PutOpen();
        await refresher.RefreshAsync();
        bench.Apply(HealthBench.Config());
        await refresher.EnsureFreshAsync(CancellationToken.None);
        Assert.Equal(SkipKind.CircuitOpen, bench.Get().GetSkipReason(bench.Now)?.Kind);
    }

    [Fact]
    public async Task EnsureFresh_StoreHangs_ReturnsIn300MsWithOneReadForAll()
    {
        _store.Hang = new();
        var waits = Enumerable.Range(0, 50).Select(_ => _refresher.EnsureFreshAsync(CancellationToken.None).AsTask()).ToList();
        _bench.Time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.DoesNotContain(waits, wait => wait.IsCompleted);
        Assert.False(_refresher.IsReady);
        _bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(waits);
        Assert.Equal(1, _store.InCall);
        Assert.True(_refresher.IsReady);
        Assert.Null(_refresher.Age);
    }

    [Fact]
    public async Task EnsureFresh_AfterAWaitInVain_DoesNotWaitAgainForFiveSeconds()
    {
        _store.Hang = new();
        var first = _refresher.EnsureFreshAsync(CancellationToken.None).AsTask();
        _bench.Time.Advance(TimeSpan.FromMilliseconds(300));
        await first;
        Assert.True(_refresher.EnsureFreshAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Assert.Equal(1, _store.InCall);
    }

    [Fact]
    public async Task EnsureFresh_ReadThatAnswersAfterTheWait_StillTeaches()
    {
        PutOpen();
        _store.Hang = new();
        var wait = _refresher.EnsureFreshAsync(CancellationToken.None).AsTask();
        var read = _refresher.RefreshAsync();
        _bench.Time.Advance(TimeSpan.FromMilliseconds(300));
        await wait;
        _store.Hang.SetResult();
        await read;
        Assert.Equal(SkipKind.CircuitOpen, _bench.Get().GetSkipReason(_bench.Now)?.Kind);
        Assert.Equal(TimeSpan.Zero, _refresher.Age);
    }

    [Fact]
    public async Task EnsureFresh_StoreDown_NeverThrowsAndTellsTheAge()
    {
        await _refresher.EnsureFreshAsync(CancellationToken.None);
        _store.Down = true;
        _bench.Time.Advance(TimeSpan.FromSeconds(9));
        await _refresher.EnsureFreshAsync(CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(9), _refresher.Age);
        Assert.Null(_bench.Get().GetSkipReason(_bench.Now));
    }

    [Fact]
    public async Task EnsureFresh_CallerGone_Cancels()
    {
        _store.Hang = new();
        using var gone = new CancellationTokenSource();
        var wait = _refresher.EnsureFreshAsync(gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Equal(1, _store.InCall);
    }

    [Fact]
    public async Task Refresh_StoreHangsLonger_GivesUpAfterFiveSecondsAndReadsAnew()
    {
        _store.Hang = new();
        var read = _refresher.RefreshAsync();
        Assert.Same(read, _refresher.RefreshAsync());
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        await read;
        _store.Hang = null;
        await _refresher.RefreshAsync();
        Assert.Equal(TimeSpan.Zero, _refresher.Age);
    }

    [Fact]
    public async Task Refresh_EpochUnchanged_ReadsOneRowOnly()
    {
        PutOpen();
        for (var i = 0; i < 4; i++)
            await _refresher.RefreshAsync();
        Assert.Equal((4, 1), (_store.EpochReads, _store.FullReads));
    }

    [Fact]
    public async Task Refresh_RowOfAnUnknownDeployment_IsIgnored()
    {
        _store.Put(new() { Id = new("gone", "east"), Generation = 3, OpenUntil = _bench.Now.AddSeconds(5) });
        await _refresher.RefreshAsync();
        Assert.Single(_bench.Registry.All);
    }

    [Fact]
    public async Task Loop_Running_LearnsWithoutARequest()
    {
        using var loop = new HealthRefreshLoop(_refresher, _bench.Options, _bench.Time, new ListLogger<HealthRefreshLoop>());
        await loop.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _store.EpochReads == 1);
        PutOpen();
        var began = _bench.Now;
        await Eventually.TrueAsync(
            () => _bench.Get().GetSkipReason(began)?.Kind == SkipKind.CircuitOpen, () => _bench.Time.Advance(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(1, _store.FullReads);
        await loop.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Loop_RowThatCannotBeUnderstood_SaysSoOnceAndGoesOn()
    {
        var log = new ListLogger<HealthRefreshLoop>();
        using var loop = new HealthRefreshLoop(_refresher, _bench.Options, _bench.Time, log);
        _store.Broken = true;
        PutOpen();
        await loop.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _store.EpochReads >= 3, () => _bench.Time.Advance(TimeSpan.FromMilliseconds(500)));
        _store.Broken = false;
        await Eventually.TrueAsync(() => _store.FullReads > 0, () => _bench.Time.Advance(TimeSpan.FromMilliseconds(500)));
        Assert.Single(log.Lines);
        await loop.StopAsync(CancellationToken.None);
    }

    private void PutOpen() =>
        _store.Put(new() { Id = new("gpt", "east"), Generation = 3, OpenUntil = _bench.Now.AddHours(1), Breaks = 1 });
}
