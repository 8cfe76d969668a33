namespace LlmFunctions.Core.Tests.Replay;

public sealed class RouterSweeperTests : IDisposable
{
    private readonly ReplayBench _bench = new();

    [Fact]
    public async Task Run_EveryTenMinutes_TidiesAndNotInBetween()
    {
        await RunAsync();
        Assert.Equal(_bench.Time.GetUtcNow() - TimeSpan.FromDays(400), _bench.Availability.PurgedBefore);
        Assert.Equal(DateOnly.FromDateTime(_bench.Time.GetUtcNow().UtcDateTime).AddDays(-7), _bench.Decisions.Purged);
        var first = _bench.Availability.PurgedBefore;

        _bench.Time.Advance(TimeSpan.FromSeconds(599));
        await RunAsync();
        Assert.Equal(first, _bench.Availability.PurgedBefore);
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        await RunAsync();
        Assert.Equal(first + TimeSpan.FromMinutes(10), _bench.Availability.PurgedBefore);
    }

    [Fact]
    public async Task Run_EveryTime_LooksAfterTheLedger()
    {
        await _bench.QueueAsync();
        await RunAsync();
        Assert.Equal(1, _bench.Row.MessageNumber);
        _bench.Time.Advance(_bench.Grace);
        await RunAsync();
        Assert.Equal(2, _bench.Row.MessageNumber);
    }

    [Fact]
    public async Task Run_StorageIsOut_EndsThereAndGoesOnTheNextTime()
    {
        _bench.Availability.Down = true;
        await RunAsync();
        Assert.Null(_bench.Availability.PurgedBefore);
        _bench.Availability.Down = false;
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        await RunAsync();
        Assert.NotNull(_bench.Availability.PurgedBefore);
        Assert.NotNull(_bench.Decisions.Purged);
    }

    public void Dispose() => _bench.Dispose();

    private Task RunAsync() => _bench.RouterSweeper.RunOnceAsync(CancellationToken.None);
}
