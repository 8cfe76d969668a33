using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>When callers last had an answer, shared among instances.</summary>
public sealed class SuccessPublisherTests : IDisposable
{
    private const int Many = 60;

    private readonly HealthCluster _cluster = new(2);
    private readonly SuccessPublisher _one;
    private readonly SuccessPublisher _two;

    public SuccessPublisherTests() =>
        (_one, _two) = (Publisher(One), Publisher(Two));

    private HealthBench One => _cluster.Instances[0];

    private HealthBench Two => _cluster.Instances[1];

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _cluster.Dispose();
    }

    [Fact]
    public async Task Publish_CallersAreAnswered_WritesOncePerTenSecondsAndNoEpoch()
    {
        await RunAsync(seconds: 60, () => One.Succeed(One.Get(), 5));
        Assert.Equal((6, 0), (_cluster.Store.QuietWrites, _cluster.Store.Writes));
        Assert.InRange(_cluster.Row.LastSuccess!.Value, _cluster.Now.AddSeconds(-11), _cluster.Now);
        Assert.Null(await _cluster.Store.ReadEpochAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Publish_ManyBusyDeploymentsOnTwoInstances_OneWritesThemAllAndTheOtherLooksAtTwo()
    {
        ApplyMany();
        await RunAsync(seconds: 100, () => SucceedEverywhere(One, Two));
        _cluster.Store.ResetCounts();
        await RunAsync(seconds: 100, () => SucceedEverywhere(One, Two));
        Assert.Equal(10 * Many, _cluster.Store.QuietWrites);
        Assert.InRange(_cluster.Store.RowReads, 10 * (Many + 1), 10 * (Many + 4));
    }

    [Fact]
    public async Task Publish_TheWriterIsGone_AnotherTakesOverEverMoreOfItsRows()
    {
        ApplyMany();
        await RunAsync(seconds: 100, () => SucceedEverywhere(One, Two));
        await RunAsync(seconds: 80, () => SucceedEverywhere(Two), runsOne: false);
        Assert.All(Two.Registry.All, state =>
            Assert.InRange(_cluster.Store[state.Id.ToString()]!.LastSuccess!.Value, _cluster.Now.AddSeconds(-16), _cluster.Now));
    }

    [Fact]
    public async Task Running_CallersAreAnswered_WritesAgainAndAgainButNotMoreOften()
    {
        var began = _cluster.Now;
        await _one.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(
            () => _cluster.Store.QuietWrites == 3,
            () =>
            {
                One.Succeed(One.Get());
                _cluster.Time.Advance(TimeSpan.FromMilliseconds(100));
            });
        // Half a tick before the first, then two whole ones.
        Assert.True(_cluster.Now - began >= TimeSpan.FromSeconds(25));
        await _one.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Publish_BothLookAtOnce_OneWrites()
    {
        One.Succeed(One.Get());
        Two.Succeed(Two.Get());
        _cluster.Store.Hang = new();
        var both = new[] { _one.PublishAllAsync(CancellationToken.None), _two.PublishAllAsync(CancellationToken.None) };
        await Eventually.TrueAsync(() => _cluster.Store.InCall == 2);
        var hang = _cluster.Store.Hang;
        _cluster.Store.Hang = null;
        hang.SetResult();
        await Task.WhenAll(both);
        Assert.Equal(1, _cluster.Store.QuietWrites);
    }

    [Fact]
    public async Task Publish_NobodyIsAnswered_TouchesNothing()
    {
        One.Fail(One.Get());
        using (var probe = One.Get().TryBeginProbe(_cluster.Now, HealthBench.Limit))
            probe!.Report(new HealthSignal.Success(TimeSpan.Zero));
        await RunAsync(seconds: 60, () => { });
        Assert.Equal((0, 0), (_cluster.Store.QuietWrites, _cluster.Store.RowReads));
    }

    [Fact]
    public async Task Publish_RowHoldsMore_KeepsIt()
    {
        One.Get().SetDraining(true);
        await _cluster.PublishAsync(One);
        Two.Succeed(Two.Get());
        await _two.PublishAllAsync(CancellationToken.None);
        Assert.Equal((true, (DateTimeOffset?)_cluster.Now), (_cluster.Row.Draining, _cluster.Row.LastSuccess));
    }

    [Fact]
    public async Task Publish_TableOutOrHangingOrUnreadable_NeverThrowsAndGoesOnWhenItReturns()
    {
        One.Succeed(One.Get());
        _cluster.Store.Down = true;
        await _one.PublishAllAsync(CancellationToken.None);
        (_cluster.Store.Down, _cluster.Store.Hang) = (false, new());
        var hanging = _one.PublishAllAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => _cluster.Store.InCall == 1);
        _cluster.Time.Advance(TimeSpan.FromSeconds(2));
        await hanging;
        (_cluster.Store.Hang, _cluster.Store.Broken) = (null, true);
        await _one.PublishAllAsync(CancellationToken.None);
        _cluster.Store.Broken = false;
        await _one.PublishAllAsync(CancellationToken.None);
        Assert.Equal(1, _cluster.Store.QuietWrites);
    }

    private static SuccessPublisher Publisher(HealthBench bench) => new(bench.Registry, bench.Store, bench.Time, bench.Chance);

    private static void SucceedEverywhere(params ReadOnlySpan<HealthBench> benches)
    {
        foreach (var bench in benches)
        {
            foreach (var state in bench.Registry.All)
                bench.Succeed(state);
        }
    }

    private void ApplyMany()
    {
        var configs = Enumerable.Range(0, Many).Select(i => HealthBench.Config($"m{i}@east")).ToArray();
        One.Apply(configs);
        Two.Apply(configs);
    }

    private async Task RunAsync(int seconds, Action everySecond, bool runsOne = true)
    {
        for (var i = 0; i < seconds; i++)
        {
            everySecond();
            _cluster.Time.Advance(TimeSpan.FromSeconds(1));
            if ((i + 1) % 10 == 0 && runsOne)
                await _one.PublishAllAsync(CancellationToken.None);
            if ((i + 1) % 10 == 5)
                await _two.PublishAllAsync(CancellationToken.None);
        }
    }
}
