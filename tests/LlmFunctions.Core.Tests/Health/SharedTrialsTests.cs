using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>One trial over several instances that share a table.</summary>
public sealed class SharedTrialsTests : IDisposable
{
    private static readonly HealthSignal Success = new HealthSignal.Success(TimeSpan.FromSeconds(1));
    private static readonly HealthSignal Failure = new HealthSignal.Failure(FailureKind.Status);

    private readonly HealthCluster _cluster = new(3);

    private HealthBench One => _cluster.Instances[0];

    private HealthBench Two => _cluster.Instances[1];

    private HealthBench Three => _cluster.Instances[2];

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task TryBegin_FiftyCallersOnThreeInstancesWhenABreakEnds_GiveExactlyOneTrial()
    {
        for (var round = 0; round < 20; round++)
        {
            await _cluster.HalfOpenAsync();
            using var start = new Barrier(10);
            var leases = await Task.WhenAll(Enumerable.Range(0, 10).Select(caller => Task.Factory.StartNew(
                async () =>
                {
                    start.SignalAndWait();
                    var mine = new List<AttemptLease?>();
                    for (var i = 0; i < 5; i++)
                        mine.Add(await BeginAsync(_cluster.Instances[(caller + i) % 3]));
                    return mine;
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
            var lease = Assert.Single(leases.SelectMany(mine => mine), lease => lease is not null)!;
            Assert.Equal(lease.Trial, _cluster.Row.TrialId);
            lease.Report(Success);
            lease.Dispose();
            await _cluster.ShareAsync();
            _cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task TryBegin_LostTheRace_KnowsOfTheTrialAtOnce()
    {
        await _cluster.HalfOpenAsync();
        using var trial = await BeginAsync(One);
        Assert.Null(Two.Get().GetSkipReason(_cluster.Now));
        Assert.Null(await BeginAsync(Two));
        Assert.Equal(new SkipReason(SkipKind.TrialPending, null), Two.Get().GetSkipReason(_cluster.Now));
        Assert.Equal((0, 1), (Two.Get().InFlight, One.Get().InFlight));
        Assert.Empty(Two.Registry.Changes.TakeAll());
    }

    [Fact]
    public async Task TryBegin_OthersRefreshed_DoNotEvenTryToClaim()
    {
        await _cluster.HalfOpenAsync();
        using var trial = await BeginAsync(One);
        await _cluster.RefreshAsync(Two);
        var reads = _cluster.Store.RowReads;
        Assert.Null(await BeginAsync(Two));
        Assert.Equal(reads, _cluster.Store.RowReads);
    }

    [Fact]
    public async Task Report_TrialSucceeds_EveryInstanceIsBack()
    {
        await _cluster.HalfOpenAsync();
        await EndTrialAsync(Two, Success);
        await _cluster.ShareAsync();
        Assert.All(_cluster.Instances, bench => Assert.Null(bench.Get().GetSkipReason(_cluster.Now)));
        Assert.Equal((2L, null, null, null), (_cluster.Row.Generation, _cluster.Row.OpenUntil, _cluster.Row.TrialId, _cluster.Row.TrialUntil));
    }

    [Fact]
    public async Task Report_TrialFails_TheBreakDoublesForAll()
    {
        await _cluster.HalfOpenAsync();
        await EndTrialAsync(Two, Failure);
        await _cluster.ShareAsync();
        var expected = new SkipReason(SkipKind.CircuitOpen, _cluster.Now.AddSeconds(10));
        Assert.All(_cluster.Instances, bench => Assert.Equal(expected, bench.Get().GetSkipReason(_cluster.Now)));
        Assert.Null(_cluster.Row.TrialId);
    }

    [Fact]
    public async Task TryBegin_HolderDied_IsFreeAtTheEndOfTheLeaseAndNotBefore()
    {
        await _cluster.HalfOpenAsync();
        var lost = await BeginAsync(One);
        Assert.Equal(_cluster.Now + HealthBench.Limit + TimeSpan.FromSeconds(5), _cluster.Row.TrialUntil);
        _cluster.Time.Advance(TimeSpan.FromSeconds(15) - TimeSpan.FromTicks(1));
        Assert.Null(await BeginAsync(Two));
        _cluster.Time.Advance(TimeSpan.FromTicks(1));
        using var next = await BeginAsync(Two);
        Assert.True(next!.IsTrial);
        Assert.Null(await BeginAsync(Three));
        Assert.NotEqual(lost!.Trial, _cluster.Row.TrialId);
    }

    [Fact]
    public async Task Report_TrialThatOutlivedItsLease_DecidesNothingAnyMore()
    {
        await _cluster.HalfOpenAsync();
        using var late = await BeginAsync(One);
        _cluster.Time.Advance(TimeSpan.FromSeconds(15));
        using var next = await BeginAsync(Two);
        await _cluster.RefreshAsync(One);
        late!.Report(Success);
        Assert.Equal(1, One.Get().ToRow().Generation);
        next!.Report(Failure);
        await _cluster.ShareAsync();
        Assert.All(_cluster.Instances, bench => Assert.Equal(SkipKind.CircuitOpen, bench.Get().GetSkipReason(_cluster.Now)?.Kind));
    }

    [Fact]
    public async Task Report_LateTrialThatWasNotToldOfTheNext_LosesAgainstTheGenerationInTheRow()
    {
        await _cluster.HalfOpenAsync();
        using var late = await BeginAsync(One);
        _cluster.Time.Advance(TimeSpan.FromSeconds(15));
        await EndTrialAsync(Two, Failure);
        Assert.True(await _cluster.PublishAsync(Two));
        late!.Report(Success);
        await _cluster.ShareAsync();
        Assert.All(_cluster.Instances, bench => Assert.Equal(SkipKind.CircuitOpen, bench.Get().GetSkipReason(_cluster.Now)?.Kind));
        Assert.Equal(2, _cluster.Row.Generation);
    }

    public static TheoryData<HealthSignal> Undecided => [
        HealthSignal.None.Instance, new HealthSignal.Throttled(TimeSpan.FromSeconds(2)), new HealthSignal.Misconfigured("401")];

    [Theory]
    [MemberData(nameof(Undecided))]
    public async Task Report_TrialThatTaughtNothing_GivesTheLeaseBackToAll(HealthSignal signal)
    {
        await _cluster.HalfOpenAsync();
        await EndTrialAsync(One, signal);
        await _cluster.ShareAsync();
        Assert.Equal((1L, null, null), (_cluster.Row.Generation, _cluster.Row.TrialId, _cluster.Row.TrialUntil));
        _cluster.Time.Advance(TimeSpan.FromMinutes(5));
        using var next = await BeginAsync(Two);
        Assert.True(next!.IsTrial);
    }

    [Fact]
    public async Task Merge_RowReadBeforeTheReturnWasWritten_DoesNotBringTheLeaseBack()
    {
        await _cluster.HalfOpenAsync();
        await EndTrialAsync(One, HealthSignal.None.Instance);
        await _cluster.RefreshAsync(One);
        using var next = await BeginAsync(One);
        Assert.True(next!.IsTrial);
    }

    [Fact]
    public async Task TryBegin_RowChangedOtherwiseMeanwhile_ClaimsOverIt()
    {
        await _cluster.HalfOpenAsync();
        _cluster.Store.Put(_cluster.Row with { LastSuccess = _cluster.Now.AddMinutes(-1) });
        using var trial = await BeginAsync(One);
        Assert.True(trial!.IsTrial);
        Assert.Equal((trial.Trial, _cluster.Now.AddMinutes(-1)), (_cluster.Row.TrialId, _cluster.Row.LastSuccess));
    }

    [Fact]
    public async Task TryBegin_AnotherKnowsOfALongerBreak_WaitsForItsEnd()
    {
        await _cluster.HalfOpenAsync();
        _cluster.Store.Put(_cluster.Row with { OpenUntil = _cluster.Now.AddSeconds(2) });
        Assert.Null(await BeginAsync(One));
        Assert.Equal(new SkipReason(SkipKind.CircuitOpen, _cluster.Now.AddSeconds(2)), One.Get().GetSkipReason(_cluster.Now));
        Assert.Null(_cluster.Row.TrialId);
    }

    [Fact]
    public async Task TryBegin_AnotherClosedMeanwhile_LearnsItInsteadOfTrying()
    {
        await _cluster.HalfOpenAsync();
        await EndTrialAsync(Two, Success);
        await _cluster.PublishAsync(Two);
        Assert.Null(await BeginAsync(One));
        Assert.Equal((2L, null), (One.Get().ToRow().Generation, One.Get().ToRow().OpenUntil));
        using var ordinary = await BeginAsync(One);
        Assert.False(ordinary!.IsTrial);
    }

    [Fact]
    public async Task TryBegin_TableDown_EachTriesAloneAndOneResultStandsWhenItReturns()
    {
        await _cluster.HalfOpenAsync();
        _cluster.Store.Down = true;
        await EndTrialAsync(One, Success);
        await EndTrialAsync(Two, Failure);
        _cluster.Store.Down = false;
        await _cluster.ShareAsync();
        await _cluster.ShareAsync();
        Assert.Equal(2, _cluster.Row.Generation);
        Assert.All(_cluster.Instances, bench => Assert.Equal((2L, _cluster.Row.OpenUntil), (bench.Get().ToRow().Generation, bench.Get().ToRow().OpenUntil)));
    }

    [Fact]
    public async Task TryBegin_TableHangs_TriesAloneAfter300Ms()
    {
        await _cluster.HalfOpenAsync();
        _cluster.Store.Hang = new();
        var beginning = BeginAsync(One).AsTask();
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.False(beginning.IsCompleted);
        _cluster.Time.Advance(TimeSpan.FromMilliseconds(1));
        using var trial = await beginning;
        Assert.True(trial!.IsTrial);
        Assert.Null(await BeginAsync(One));
    }

    [Fact]
    public async Task TryBegin_CircuitClosed_DoesNotTouchTheTable()
    {
        var beginning = BeginAsync(One);
        Assert.True(beginning.IsCompletedSuccessfully);
        using var lease = await beginning;
        Assert.False(lease!.IsTrial);
        Assert.Equal((0, 0), (_cluster.Store.Writes, _cluster.Store.RowReads));
    }

    [Fact]
    public async Task TryBeginLastResort_SeveralInstances_OncePerBreakOverAll()
    {
        One.Opened();
        await _cluster.ShareAsync();
        using (var lease = await One.Trials.TryBeginLastResortAsync(One.Get(), HealthBench.Limit))
        {
            Assert.Null(await Two.Trials.TryBeginLastResortAsync(Two.Get(), HealthBench.Limit));
            lease!.Report(Failure);
        }

        await _cluster.ShareAsync();
        Assert.All(_cluster.Instances, bench => Assert.Null(bench.Get().TryBeginLastResort(_cluster.Now, HealthBench.Limit)));
        _cluster.Time.Advance(TimeSpan.FromSeconds(5));
        await EndTrialAsync(Three, Failure);
        await _cluster.ShareAsync();
        using var next = await Two.Trials.TryBeginLastResortAsync(Two.Get(), HealthBench.Limit);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task TryBeginLastResort_AnotherHadItAndIsDone_GivesNothing()
    {
        One.Opened();
        await _cluster.ShareAsync();
        using (var lease = await One.Trials.TryBeginLastResortAsync(One.Get(), HealthBench.Limit))
            lease!.Report(Failure);
        Assert.True(await _cluster.PublishAsync(One));
        Assert.Null(await Two.Trials.TryBeginLastResortAsync(Two.Get(), HealthBench.Limit));
        Assert.Null(_cluster.Row.TrialId);
    }

    [Fact]
    public async Task TryBeginProbe_CallerOfAnotherInstanceTries_LeavesItToIt()
    {
        await _cluster.HalfOpenAsync();
        using var trial = await BeginAsync(One);
        Assert.Null(await Two.Trials.TryBeginProbeAsync(Two.Get(), HealthBench.Limit));
        Assert.Null(await One.Trials.TryBeginProbeAsync(One.Get(), HealthBench.Limit));
    }

    [Fact]
    public async Task LeaveTrialToCallers_SlowFailure_LetsCallersOfEveryInstanceTry()
    {
        await _cluster.HalfOpenAsync(FailureKind.Timeout);
        Assert.All(_cluster.Instances, bench => Assert.Equal(SkipKind.TrialPending, bench.Get().GetSkipReason(_cluster.Now)?.Kind));
        One.Get().LeaveTrialToCallers(generation: 1);
        await _cluster.ShareAsync();
        Assert.All(_cluster.Instances, bench => Assert.Null(bench.Get().GetSkipReason(_cluster.Now)));
        await EndTrialAsync(Two, new HealthSignal.Failure(FailureKind.Timeout));
        await _cluster.ShareAsync();
        _cluster.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.All(_cluster.Instances, bench => Assert.Equal(SkipKind.TrialPending, bench.Get().GetSkipReason(_cluster.Now)?.Kind));
    }

    private static ValueTask<AttemptLease?> BeginAsync(HealthBench bench) => bench.Trials.TryBeginAsync(bench.Get(), HealthBench.Limit);

    private static async Task EndTrialAsync(HealthBench bench, HealthSignal signal)
    {
        using var trial = await BeginAsync(bench);
        Assert.True(trial!.IsTrial);
        trial.Report(signal);
    }
}
