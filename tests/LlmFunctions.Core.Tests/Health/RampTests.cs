using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>How many may be in flight after a circuit closed.</summary>
public sealed class RampTests : IDisposable
{
    private readonly HealthCluster _cluster = new(2);

    private HealthBench One => _cluster.Instances[0];

    private HealthBench Two => _cluster.Instances[1];

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task TryBegin_AfterTheCircuitClosed_DoublesWithEveryCleanSecond()
    {
        await CloseAsync();
        var inFlight = new List<int>();
        for (var second = 0; second < 8; second++)
        {
            inFlight.Add(Fill(One));
            _cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128], inFlight);
    }

    [Fact]
    public async Task TryBegin_SixteenCleanSeconds_NothingBindsAnyMore()
    {
        await CloseAsync();
        _cluster.Time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(100_000, Fill(One, most: 100_000));
    }

    [Fact]
    public async Task GetSkipReason_RampBinds_TellsTheNextDoubling()
    {
        await CloseAsync();
        var closed = _cluster.Now;
        Fill(One);
        Assert.Equal(new SkipReason(SkipKind.Ramping, closed.AddSeconds(1)), One.Get().GetSkipReason(_cluster.Now));
        _cluster.Time.Advance(TimeSpan.FromSeconds(1.7));
        Fill(One);
        Assert.Equal(new SkipReason(SkipKind.Ramping, closed.AddSeconds(2)), One.Get().GetSkipReason(_cluster.Now));
    }

    [Fact]
    public async Task GetSkipReason_MoreInFlightThanTheNextDoublingAllows_TellsTheOneThatDoes()
    {
        var leases = Enumerable.Range(0, 5).Select(_ => One.Get().TryBegin(_cluster.Now, HealthBench.Limit)!).ToList();
        await CloseAsync();
        Assert.Equal(new SkipReason(SkipKind.Ramping, _cluster.Now.AddSeconds(3)), One.Get().GetSkipReason(_cluster.Now));
        leases.ForEach(lease => lease.Dispose());
        Assert.Null(One.Get().GetSkipReason(_cluster.Now));
    }

    [Fact]
    public async Task TryBegin_LoneCaller_IsNeverHeldBack()
    {
        await CloseAsync();
        for (var i = 0; i < 500; i++)
        {
            using var lease = One.Get().TryBegin(_cluster.Now, HealthBench.Limit);
            lease!.Report(new HealthSignal.Success(TimeSpan.FromMilliseconds(10)));
            _cluster.Time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Report_FailureOrThrottleWithinTheRamp_RepeatsThatSecond(bool throttled)
    {
        await CloseAsync();
        _cluster.Time.Advance(TimeSpan.FromSeconds(2.5));
        One.Report(One.Get(), throttled ? new HealthSignal.Throttled(TimeSpan.FromMilliseconds(1)) : new HealthSignal.Failure(FailureKind.Status));
        _cluster.Time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(4, Fill(One));
        _cluster.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(8, Fill(One));
    }

    [Fact]
    public async Task TryBegin_OpensAgainWithinTheRamp_BeginsAtOneAfterTheNextClose()
    {
        await CloseAsync();
        _cluster.Time.Advance(TimeSpan.FromSeconds(5));
        await CloseAsync();
        Assert.Equal(1, Fill(One));
    }

    [Fact]
    public async Task Merge_LearntOfTheCloseLater_RampsWithTheOthers()
    {
        await CloseAsync();
        _cluster.Time.Advance(TimeSpan.FromSeconds(0.5));
        await _cluster.RefreshAsync(Two);
        Assert.Equal(1, Fill(Two));
        _cluster.Time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(2, Fill(Two));
    }

    [Fact]
    public async Task Merge_SleptThroughBreakAndClose_RampsToo()
    {
        One.Opened();
        await _cluster.PublishAsync(One);
        _cluster.Time.Advance(TimeSpan.FromSeconds(5));
        One.Succeed(One.Get());
        await _cluster.PublishAsync(One);
        await _cluster.RefreshAsync(Two);
        Assert.Equal(1, Fill(Two));
    }

    [Fact]
    public async Task Merge_FreshInstanceLongAfterTheClose_DoesNotRamp()
    {
        await CloseAsync();
        _cluster.Time.Advance(TimeSpan.FromMinutes(1));
        One.Get().SetDraining(true);
        One.Get().SetDraining(false);
        await _cluster.PublishAsync(One);
        var fresh = _cluster.Add();
        await _cluster.RefreshAsync(fresh);
        Assert.Equal(2, fresh.Get().ToRow().Generation);
        Assert.Equal(1000, Fill(fresh, most: 1000));
    }

    [Fact]
    public void TryBegin_Healthy_NeverRamps()
    {
        var state = One.Get();
        One.Fail(state, 2);
        One.Succeed(state);
        One.Report(state, new HealthSignal.Throttled(TimeSpan.FromSeconds(1)));
        _cluster.Time.Advance(TimeSpan.FromSeconds(1));
        One.Report(state, new HealthSignal.Misconfigured("401"));
        _cluster.Time.Advance(TimeSpan.FromMinutes(5));
        state.SetDraining(true);
        state.SetDraining(false);
        Assert.Equal(1000, Fill(One, most: 1000));
    }

    [Fact]
    public async Task TryBeginProbe_WhileTheRampBinds_IsLetThrough()
    {
        await CloseAsync();
        Fill(One);
        using var probe = One.Get().TryBeginProbe(_cluster.Now, HealthBench.Limit);
        Assert.NotNull(probe);
    }

    [Fact]
    public async Task ReportProbe_GreenClosesWhatProbesOpened_RampsToo()
    {
        var state = One.Get();
        for (var i = 0; i < 3; i++)
            state.ReportProbe(new HealthSignal.Failure(FailureKind.Timeout), _cluster.Now, generation: 0);
        state.ReportProbe(new HealthSignal.Success(TimeSpan.Zero), _cluster.Now, generation: 1);
        Assert.Equal(1, Fill(One));
        await _cluster.ShareAsync();
        Assert.Equal(1, Fill(Two));
    }

    /// <summary>Opens the circuit and lets a trial close it; the second instance has seen it open, but not close.</summary>
    private async Task CloseAsync()
    {
        One.Get().Merge(One.Get().ToRow() with { Generation = One.Get().ToRow().Generation + 1, OpenUntil = _cluster.Now });
        One.Registry.Changes.Add(One.Get().Id);
        await _cluster.ShareAsync();
        using (var trial = One.Get().TryBeginProbe(_cluster.Now, HealthBench.Limit))
            trial!.Report(new HealthSignal.Success(TimeSpan.Zero));
        await _cluster.PublishAsync(One);
    }

    /// <summary>Begins as many attempts as are allowed, and leaves them in flight.</summary>
    private static int Fill(HealthBench bench, int most = 10_000)
    {
        while (bench.Get().InFlight < most && bench.Get().TryBegin(bench.Now, HealthBench.Limit) is not null)
            continue;
        return bench.Get().InFlight;
    }
}
