using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

public sealed class RegistryTests
{
    private readonly HealthBench _bench = new();

    [Fact]
    public void Apply_NewCatalog_KeepsKnownStatesAndForgetsRemovedOnes()
    {
        _bench.Apply(HealthBench.Config("gpt@east"), HealthBench.Config("gpt@west"));
        var east = _bench.Opened();
        var config = HealthBench.Config("gpt@east", maxConcurrent: 7);
        _bench.Apply(config, HealthBench.Config("gpt@north"));
        Assert.Equal(["gpt@east", "gpt@north"], _bench.Registry.All.Select(state => state.Id.ToString()).Order());
        Assert.Same(east, _bench.Get());
        Assert.Equal(7, east.Config.MaxConcurrent);
        Assert.Equal(SkipKind.CircuitOpen, east.GetSkipReason(_bench.Now)?.Kind);
    }

    [Fact]
    public void Apply_RemovedAndBroughtBack_BeginsClosed()
    {
        _bench.Apply(HealthBench.Config());
        _bench.Opened();
        _bench.Apply(HealthBench.Config("gpt@west"));
        _bench.Apply(HealthBench.Config());
        Assert.Null(_bench.Get().GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Report_ConnectionFailures_OpenEveryDeploymentOfTheEndpointAndNoOther()
    {
        var (first, sibling, stranger) = (_bench.Get("a@east"), _bench.Get("b@east"), _bench.Get("a@west"));
        _bench.Fail(first, 3, FailureKind.Connection);
        Assert.Equal(SkipKind.CircuitOpen, first.GetSkipReason(_bench.Now)?.Kind);
        Assert.Equal(SkipKind.CircuitOpen, sibling.GetSkipReason(_bench.Now)?.Kind);
        Assert.Null(stranger.GetSkipReason(_bench.Now));
        Assert.Equal(1, sibling.ToRow().Generation);
    }

    [Fact]
    public void Report_StatusFailures_LeaveSiblingsAlone()
    {
        var sibling = _bench.Get("b@east");
        _bench.Opened(state: _bench.Get("a@east"));
        Assert.Null(sibling.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Report_ConnectionFailure_DecidesNoTrialOfASibling()
    {
        var (first, sibling) = (_bench.Get("a@east"), _bench.Get("b@east"));
        _bench.HalfOpen(state: sibling);
        using var trial = sibling.TryBegin(_bench.Now, HealthBench.Limit);
        _bench.Fail(first, 1, FailureKind.Connection);
        Assert.Equal(1, sibling.ToRow().Generation);
        trial!.Report(new HealthSignal.Success(TimeSpan.Zero));
        Assert.Null(sibling.ToRow().OpenUntil);
    }

    [Fact]
    public void Report_ResetsOfOneLostConnection_CountOnceAcrossTheEndpoint()
    {
        var (first, sibling) = (_bench.Get("a@east"), _bench.Get("b@east"));
        var leases = new[] { first, first, first, sibling, sibling, sibling }.Select(s => s.TryBegin(_bench.Now, HealthBench.Limit)!).ToList();
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        leases.ForEach(lease => lease.Report(new HealthSignal.Failure(FailureKind.Reset)));
        _bench.Fail(first, 1);
        Assert.Null(first.GetSkipReason(_bench.Now));
        _bench.Fail(sibling, 2);
        Assert.Null(sibling.GetSkipReason(_bench.Now));
        _bench.Fail(first, 1);
        Assert.Equal(SkipKind.CircuitOpen, first.GetSkipReason(_bench.Now)?.Kind);
    }

    [Fact]
    public void Report_ResetsOneAfterTheOther_OpenTheCircuit()
    {
        var state = _bench.Opened(FailureKind.Reset);
        Assert.Equal(FailureKind.Reset, state.ToRow().LastFailure);
    }

    [Fact]
    public void Report_ResetDuringTrialThatIsAnOldLoss_StillDecidesTheTrial()
    {
        var (first, sibling) = (_bench.Get("a@east"), _bench.Get("b@east"));
        _bench.HalfOpen(state: first);
        using var trial = first.TryBegin(_bench.Now, HealthBench.Limit);
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        _bench.Fail(sibling, 1, FailureKind.Reset);
        trial!.Report(new HealthSignal.Failure(FailureKind.Reset));
        Assert.Equal(2, first.ToRow().Generation);
    }
}
