using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>Two instances that share one table and one clock.</summary>
public sealed class PublisherTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeHealthStore _store = new();
    private readonly HealthBench _one;
    private readonly HealthBench _two;
    private readonly ListLogger<HealthPublisher> _log = new();
    private readonly HealthPublisher _publisherOne;
    private readonly HealthPublisher _publisherTwo;

    public PublisherTests()
    {
        (_one, _two) = (new(_time), new(_time));
        _one.Apply(HealthBench.Config());
        _two.Apply(HealthBench.Config());
        _publisherOne = new(_one.Registry, _store, _time, _one.Chance, _log);
        _publisherTwo = new(_two.Registry, _store, _time, _two.Chance, _log);
    }

    public void Dispose()
    {
        _publisherOne.Dispose();
        _publisherTwo.Dispose();
    }

    [Fact]
    public async Task Publish_CircuitOpened_ASiblingKnowsAfterItsNextRefresh()
    {
        _one.Opened();
        Assert.True(await PublishAsync(_publisherOne));
        await RefreshAsync(_two);
        Assert.Equal(_one.Get().GetSkipReason(_time.GetUtcNow()), _two.Get().GetSkipReason(_time.GetUtcNow()));
    }

    [Fact]
    public async Task Publish_OpenAndCloseAcrossInstances_FollowTheNewerGeneration()
    {
        _one.Opened();
        await PublishAsync(_publisherOne);
        await RefreshAsync(_two);
        _time.Advance(TimeSpan.FromSeconds(5));
        _two.Succeed(_two.Get());
        Assert.True(await PublishAsync(_publisherTwo));
        await RefreshAsync(_one);
        Assert.Null(_one.Get().GetSkipReason(_time.GetUtcNow()));
        Assert.Equal(2, _store["gpt@east"]!.Generation);
    }

    [Fact]
    public async Task Running_RowCannotBeRead_IsToldAndWrittenOnceItCan()
    {
        _two.Opened();
        await PublishAsync(_publisherTwo);
        _store.Broken = true;
        await _publisherOne.StartAsync(CancellationToken.None);
        _one.Opened();
        await Eventually.TrueAsync(() => _log.Lines.Any(line => line.Level == LogLevel.Error));

        _store.Broken = false;
        await Eventually.TrueAsync(() => _log.Lines.Any(line => line.Level == LogLevel.Information), () => _time.Advance(TimeSpan.FromMilliseconds(100)));

        await _publisherOne.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Publish_Conflict_MergesBoth()
    {
        _one.Report(_one.Get(), new HealthSignal.Throttled(TimeSpan.FromMinutes(1)));
        _two.Opened();
        var now = _time.GetUtcNow();
        await PublishAsync(_publisherTwo);
        Assert.True(await PublishAsync(_publisherOne));
        var row = _store["gpt@east"]!;
        Assert.Equal((1L, now.AddSeconds(5)), (row.Generation, row.OpenUntil));
        Assert.Equal(now.AddMinutes(1), row.ThrottledUntil);
    }

    [Fact]
    public async Task Publish_BothOpenedTheSameCircuit_AgreeOnOneBreak()
    {
        _one.Opened();
        _time.Advance(TimeSpan.FromSeconds(1));
        _two.Opened();
        var until = _time.GetUtcNow().AddSeconds(5);
        await PublishAsync(_publisherOne);
        await PublishAsync(_publisherTwo);
        await RefreshAsync(_one);
        await RefreshAsync(_two);
        Assert.Equal(until, _one.Get().ToRow().OpenUntil);
        Assert.Equal(_one.Get().ToRow(), _two.Get().ToRow());
        Assert.Equal(1, _store["gpt@east"]!.Generation);
    }

    [Fact]
    public async Task Publish_RowIsAlreadyThere_WritesNothing()
    {
        _one.Opened();
        await PublishAsync(_publisherOne);
        _two.Get().Merge(_one.Get().ToRow());
        _two.Registry.Changes.Add(_two.Get().Id);
        Assert.True(await PublishAsync(_publisherTwo));
        Assert.Equal(1, _store.Writes);
    }

    [Fact]
    public async Task Publish_RowWasDeleted_WritesItAnew()
    {
        _one.Get().Merge(new() { Id = _one.Get().Id, ETag = "long gone" });
        _one.Opened();
        Assert.True(await PublishAsync(_publisherOne));
        Assert.Equal(1, _store["gpt@east"]!.Generation);
    }

    [Fact]
    public async Task Publish_OnlySuccesses_WritesNothing()
    {
        _one.Succeed(_one.Get(), 500);
        Assert.True(await PublishAsync(_publisherOne));
        Assert.Equal(0, _store.Writes);
    }

    [Fact]
    public async Task Publish_OneDrainsTheOtherLetsGo_TheOperatorsLastWordStands()
    {
        _one.Get().SetDraining(true);
        await PublishAsync(_publisherOne);
        await RefreshAsync(_two);
        Assert.Equal(SkipKind.Draining, _two.Get().GetSkipReason(_time.GetUtcNow())?.Kind);
        _two.Get().SetDraining(false);
        await PublishAsync(_publisherTwo);
        await RefreshAsync(_one);
        Assert.Null(_one.Get().GetSkipReason(_time.GetUtcNow()));
    }

    [Fact]
    public async Task Publish_MendedOnOneInstance_IsMendedOnAll()
    {
        _one.Report(_one.Get(), new HealthSignal.Misconfigured("401"));
        await PublishAsync(_publisherOne);
        await RefreshAsync(_two);
        _time.Advance(TimeSpan.FromSeconds(1));
        using (var probe = _two.Get().TryBeginProbe(_time.GetUtcNow(), HealthBench.Limit))
            probe!.Report(new HealthSignal.Success(TimeSpan.Zero));
        await PublishAsync(_publisherTwo);
        await RefreshAsync(_one);
        Assert.Null(_one.Get().GetSkipReason(_time.GetUtcNow()));
        Assert.Null(_store["gpt@east"]!.MisconfiguredUntil);
    }

    [Fact]
    public async Task Publish_StoreDown_KeepsTheChangeUntilItReturns()
    {
        _store.Down = true;
        _one.Opened();
        Assert.False(await PublishAsync(_publisherOne));
        _store.Down = false;
        Assert.True(await PublishAsync(_publisherOne));
        Assert.Equal(1, _store["gpt@east"]!.Generation);
    }

    [Fact]
    public async Task Publish_StoreHangs_GivesUpAfterTwoSecondsAndKeepsTheChange()
    {
        _store.Hang = new();
        _one.Opened();
        var publish = _publisherOne.PublishAllAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _store.InCall == 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await publish);
        Assert.Equal([_one.Get().Id], _one.Registry.Changes.TakeAll());
    }

    [Fact]
    public async Task Running_StoreDownForLong_TriesEverMoreSeldomAndSharesAgain()
    {
        _store.Down = true;
        await _publisherOne.StartAsync(CancellationToken.None);
        _one.Opened();
        var began = _time.GetUtcNow();
        await Eventually.TrueAsync(() => Kept() == 12, () => _time.Advance(TimeSpan.FromMilliseconds(100)));
        // 0.5 + 1 + 2 + 4 + 5 × 7 seconds, had every step been seen at once.
        Assert.True(_time.GetUtcNow() - began >= TimeSpan.FromSeconds(42));
        _store.Down = false;
        await Eventually.TrueAsync(() => _store.Writes == 1, () => _time.Advance(TimeSpan.FromMilliseconds(100)));
        await _publisherOne.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Stop_ChangesWaiting_FlushesThem()
    {
        await _publisherOne.StartAsync(CancellationToken.None);
        _store.Down = true;
        _one.Opened();
        await Eventually.TrueAsync(() => Kept() == 1);
        _store.Down = false;
        await _publisherOne.StopAsync(CancellationToken.None);
        Assert.Equal(1, _store["gpt@east"]!.Generation);
    }

    [Fact]
    public async Task Stop_StoreHangs_EndsAfterTwoSeconds()
    {
        await _publisherOne.StartAsync(CancellationToken.None);
        _store.Hang = new();
        _one.Opened();
        await Eventually.TrueAsync(() => _store.InCall == 1);
        var stop = _publisherOne.StopAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => stop.IsCompleted, () => _time.Advance(TimeSpan.FromMilliseconds(100)));
        await stop;
    }

    private int Kept() => _log.Lines.Count(line => line.Level == LogLevel.Warning);

    private static Task<bool> PublishAsync(HealthPublisher publisher) => publisher.PublishAllAsync(CancellationToken.None);

    private Task RefreshAsync(HealthBench bench) => new HealthRefresher(
        _store, bench.Registry, _time, bench.Options, NullLogger<HealthRefresher>.Instance).RefreshAsync();
}
