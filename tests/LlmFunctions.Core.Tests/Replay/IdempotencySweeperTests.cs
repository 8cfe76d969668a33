using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Tests.Fallback;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Replay;

/// <summary>Keys that have expired go, with the answers kept under them.</summary>
public sealed class IdempotencySweeperTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeIdempotencyStore _store = new();
    private readonly FakeRequestLedger _ledger = new();
    private readonly IdempotencySweeper _sweeper;

    public IdempotencySweeperTests()
    {
        _sweeper = new(_store, _ledger, _time);
    }

    [Fact]
    public async Task Sweep_Expired_KeyAndAnswerAreRemovedAndOthersAreNot()
    {
        await AddAsync("old", TimeSpan.Zero);
        await AddAsync("young", TimeSpan.FromSeconds(1));
        await _sweeper.SweepAsync(CancellationToken.None);
        Assert.Equal((false, false), await IsThereAsync("old"));
        Assert.Equal((true, true), await IsThereAsync("young"));
    }

    [Fact]
    public async Task Sweep_ExpiredKeyOfAQueuedRequest_LeavesWhatIsTheLedgers()
    {
        await AddAsync("queued", TimeSpan.Zero, isQueued: true);
        await _ledger.WriteAnswerAsync("queued", 1, new(200, [], default), CancellationToken.None);
        await _sweeper.SweepAsync(CancellationToken.None);
        Assert.Equal((false, true), await IsThereAsync("queued"));
        Assert.NotNull(await _ledger.ReadAnswerAsync("queued", 1, CancellationToken.None));
    }

    [Fact]
    public async Task Sweep_Again_ReadsTheTableOncePerInterval()
    {
        for (var second = 0; second < 30 * 60; second += 15)
        {
            await _sweeper.SweepAsync(CancellationToken.None);
            _time.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal(3, _store.Lists);
    }

    [Fact]
    public async Task Sweep_SeveralInstances_TakeTurns()
    {
        var instances = Enumerable.Range(0, 4).Select(_ => new IdempotencySweeper(_store, _ledger, _time)).ToArray();
        for (var second = 0; second < 30 * 60; second += 15)
        {
            foreach (var instance in instances)
                await instance.SweepAsync(CancellationToken.None);
            _time.Advance(TimeSpan.FromSeconds(15));
        }

        Assert.Equal(3, _store.Lists);
    }

    [Fact]
    public async Task Sweep_InstanceDiedAfterItsTurn_AnotherTakesTheNext()
    {
        await _sweeper.SweepAsync(CancellationToken.None);
        await AddAsync("old", TimeSpan.Zero);
        _time.Advance(IdempotencySweeper.Interval);
        await new IdempotencySweeper(_store, _ledger, _time).SweepAsync(CancellationToken.None);
        Assert.Equal((false, false), await IsThereAsync("old"));
    }

    [Fact]
    public async Task Sweep_MoreThanOneTurnRemoves_TheNextSweepGoesOn()
    {
        for (var i = 0; i <= IdempotencySweeper.Most; i++)
            await AddAsync($"old {i}", TimeSpan.Zero);
        await _sweeper.SweepAsync(CancellationToken.None);
        Assert.Equal(1, _store.Entries.Count(entry => entry.Owner == "a"));
        await _sweeper.SweepAsync(CancellationToken.None);
        Assert.DoesNotContain(_store.Entries, entry => entry.Owner == "a");
    }

    [Fact]
    public async Task Sweep_AnswerCannotBeRemoved_KeyStaysUntilItCan()
    {
        await AddAsync("old", TimeSpan.Zero);
        _ledger.IsDown = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _sweeper.SweepAsync(CancellationToken.None));
        _ledger.IsDown = false;
        Assert.Equal((true, true), await IsThereAsync("old"));
        _time.Advance(IdempotencySweeper.Interval);
        await _sweeper.SweepAsync(CancellationToken.None);
        Assert.Equal((false, false), await IsThereAsync("old"));
    }

    [Fact]
    public async Task Ledger_Sweep_SweepsKeysToo()
    {
        using var bench = new ReplayBench();
        await bench.SweepAsync();
        Assert.Equal(1, bench.Keys.Lists);
        bench.Keys.IsDown = true;
        bench.Time.Advance(IdempotencySweeper.Interval);
        await bench.SweepAsync();
    }

    /// <summary>A key with its answer, under an id of the same name.</summary>
    private async Task AddAsync(string key, TimeSpan expiresIn, bool isQueued = false)
    {
        var now = _time.GetUtcNow();
        await _store.TryWriteAsync(
            new() { Owner = "a", Key = key, Fingerprint = "", RequestId = key, IsDone = true, IsQueued = isQueued, LeaseUntil = now, ExpiresAt = now + expiresIn },
            CancellationToken.None);
        await _ledger.WriteAnswerAsync(key, 0, new(200, [], default), CancellationToken.None);
    }

    private async Task<(bool Key, bool Answer)> IsThereAsync(string key) => (
        await _store.ReadAsync("a", key, CancellationToken.None) is not null,
        await _ledger.ReadAnswerAsync(key, 0, CancellationToken.None) is not null);
}
