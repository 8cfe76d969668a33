using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

public sealed class MergeTests
{
    private readonly HealthBench _bench = new();

    private DateTimeOffset Soon => _bench.Now.AddSeconds(7);

    [Fact]
    public void Merge_NewerOpenRow_OpensHere()
    {
        var state = _bench.Get();
        state.Merge(Row(state) with { Generation = 5, OpenUntil = Soon, Breaks = 2, LastFailure = FailureKind.Reset });
        Assert.Equal(new SkipReason(SkipKind.CircuitOpen, Soon), state.GetSkipReason(_bench.Now));
        Assert.Empty(_bench.Registry.Changes.TakeAll());
    }

    [Fact]
    public void Merge_NewerClosedRow_ClosesHere()
    {
        var state = _bench.Opened();
        state.Merge(Row(state) with { Generation = 2, OpenUntil = null, Breaks = 0 });
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Merge_OlderRow_ChangesNothing()
    {
        var state = _bench.Opened();
        state.Merge(new() { Id = state.Id });
        Assert.Equal(SkipKind.CircuitOpen, state.GetSkipReason(_bench.Now)?.Kind);
    }

    [Fact]
    public void Merge_BothOpenInOneGeneration_KeepsTheLaterEnd()
    {
        var state = _bench.Opened();
        state.Merge(Row(state) with { OpenUntil = _bench.Now.AddSeconds(3) });
        Assert.Equal(_bench.Now.AddSeconds(5), state.ToRow().OpenUntil);
        state.Merge(Row(state) with { OpenUntil = Soon });
        Assert.Equal(Soon, state.ToRow().OpenUntil);
    }

    [Fact]
    public void Merge_OneGenerationButWrittenClosedFirst_FirstWrittenWins()
    {
        var state = _bench.Opened();
        state.Merge(Row(state) with { OpenUntil = null });
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Merge_NewerGeneration_DropsTheLocalTrialAndItsResult()
    {
        var state = _bench.HalfOpen();
        using var trial = state.TryBegin(_bench.Now, HealthBench.Limit);
        state.Merge(new() { Id = state.Id, Generation = 2, OpenUntil = Soon });
        trial!.Report(new HealthSignal.Success(TimeSpan.Zero));
        Assert.Equal((2L, Soon), (state.ToRow().Generation, state.ToRow().OpenUntil));
        using var next = state.TryBegin(Soon, HealthBench.Limit);
        Assert.True(next!.IsTrial);
    }

    [Fact]
    public void Merge_Deadlines_TheLaterWins()
    {
        var state = _bench.Get();
        _bench.Report(state, new HealthSignal.Throttled(TimeSpan.FromSeconds(30)));
        state.Merge(Row(state) with { ThrottledUntil = Soon, MisconfiguredUntil = Soon.AddMinutes(5), MisconfiguredReason = "402" });
        Assert.Equal(_bench.Now.AddSeconds(30), state.ToRow().ThrottledUntil);
        Assert.Equal((Soon.AddMinutes(5), "402"), (state.ToRow().MisconfiguredUntil, state.ToRow().MisconfiguredReason));
        state.Merge(new() { Id = state.Id, MisconfiguredUntil = Soon });
        Assert.Equal(Soon.AddMinutes(5), state.ToRow().MisconfiguredUntil);
    }

    [Fact]
    public void Merge_MisconfiguredBeforeALaterSuccess_IsOver()
    {
        var state = _bench.Get();
        _bench.Report(state, new HealthSignal.Misconfigured("401"));
        state.Merge(Row(state) with { MisconfiguredUntil = null, LastSuccess = _bench.Now.AddSeconds(1) });
        Assert.Null(state.GetSkipReason(_bench.Now));
        state.Merge(Row(state) with { MisconfiguredUntil = _bench.Now.AddMinutes(5) });
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Merge_DrainingNotYetPublished_KeepsWhatTheOperatorSetHere()
    {
        var state = _bench.Get();
        state.SetDraining(true);
        state.Merge(new() { Id = state.Id, Draining = false });
        Assert.Equal(SkipKind.Draining, state.GetSkipReason(_bench.Now)?.Kind);
        state.SetPublished(state.ToRow());
        state.Merge(new() { Id = state.Id, Draining = false });
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Merge_OwnRow_ChangesNothing()
    {
        var state = _bench.Opened();
        _bench.Registry.Changes.TakeAll();
        state.Merge(state.ToRow() with { ETag = "1" });
        Assert.Equal("1", state.ToRow().ETag);
        Assert.Empty(_bench.Registry.Changes.TakeAll());
    }

    [Fact]
    public void Changes_OrdinaryResults_QueueNothing()
    {
        var state = _bench.Get();
        _bench.Succeed(state, 100);
        _bench.Fail(state, 2);
        Assert.Empty(_bench.Registry.Changes.TakeAll());
    }

    [Fact]
    public void Changes_ManyTransitions_QueueTheDeploymentOnce()
    {
        var state = _bench.HalfOpen();
        _bench.Succeed(state);
        state.SetDraining(true);
        Assert.Equal([state.Id], _bench.Registry.Changes.TakeAll());
    }

    [Fact]
    public void Changes_ThrottleLengthenedByLessThanASecond_QueuesNothing()
    {
        var state = _bench.Get();
        var leases = Enumerable.Range(0, 3).Select(_ => state.TryBegin(_bench.Now, HealthBench.Limit)!).ToList();
        leases[0].Report(new HealthSignal.Throttled(TimeSpan.FromSeconds(10)));
        Assert.Single(_bench.Registry.Changes.TakeAll());
        leases[1].Report(new HealthSignal.Throttled(TimeSpan.FromSeconds(11)));
        Assert.Empty(_bench.Registry.Changes.TakeAll());
        leases[2].Report(new HealthSignal.Throttled(TimeSpan.FromSeconds(11.1)));
        Assert.Single(_bench.Registry.Changes.TakeAll());
    }

    private static HealthRow Row(DeploymentState state) => state.ToRow();
}
