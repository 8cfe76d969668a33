using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

public sealed class StandbyDemandTests
{
    private readonly StandbyWorld _world = new();

    private DateTimeOffset Now => _world.Time.GetUtcNow();

    [Theory]
    [InlineData(FailureKind.Connection)]
    [InlineData(FailureKind.Timeout)]
    public void Judge_CircuitOpenAndHalfOpen_IsOut(FailureKind kind)
    {
        _world.Break(kind: kind);
        Assert.Equal(BetterTiers.Out, Judge());
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(BetterTiers.Out, Judge());
        _world.Mend();
        Assert.Equal(BetterTiers.Serving, Judge());
    }

    [Theory]
    [InlineData(2.5, "Serving")]
    [InlineData(2.6, "Out")]
    public void Judge_Throttled_IsOutUnlessItIsShort(double seconds, string expected)
    {
        _world.Merge("gpt@east", row => row with { ThrottledUntil = Now.AddSeconds(seconds) });
        Assert.Equal(expected, Judge().ToString());
    }

    [Fact]
    public void Judge_MisconfiguredOrDraining_IsOut()
    {
        _world.Merge("gpt@east", row => row with { MisconfiguredUntil = Now.AddMinutes(5) });
        Assert.Equal(BetterTiers.Out, Judge());
        _world.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(BetterTiers.Serving, Judge());
        _world.First.State("gpt@east").SetDraining(true);
        Assert.Equal(BetterTiers.Out, Judge());
    }

    [Fact]
    public void Judge_Full_IsNoOutage()
    {
        Apply(HealthBench.Config("gpt@east", maxConcurrent: 1), Cold("gpt", 1));
        using var lease = _world.First.State("gpt@east").TryBegin(Now, HealthBench.Limit);
        Assert.Equal(SkipKind.Full, _world.First.State("gpt@east").GetSkipReason(Now)?.Kind);
        Assert.Equal(BetterTiers.Serving, Judge());
    }

    [Fact]
    public void Judge_OneOfTwoBetterOnes_IsEnough()
    {
        Apply(HealthBench.Config("gpt@east"), StandbyWorld.Deployment("gpt", "west", 1), Cold("gpt", 2));
        _world.Break("gpt@east");
        Assert.Equal(BetterTiers.Serving, Judge());
        _world.Break("gpt@west");
        Assert.Equal(BetterTiers.Out, Judge());
    }

    [Fact]
    public void Judge_DeploymentInItsOwnOrAWorseTier_DoesNotCount()
    {
        Apply(HealthBench.Config("gpt@east"), Cold("gpt", 1), StandbyWorld.Deployment("gpt", "beside", 1), StandbyWorld.Deployment("gpt", "last", 2));
        _world.Break("gpt@east");
        Assert.Equal(BetterTiers.Out, Judge());
    }

    [Fact]
    public void Judge_SeveralModels_OneOutIsEnough()
    {
        Apply(HealthBench.Config("gpt@east"), Cold("gpt", 1), HealthBench.Config("other@west"), Cold("other", 1));
        Assert.Equal(BetterTiers.Serving, Judge());
        _world.Break("other@west");
        Assert.Equal(BetterTiers.Out, Judge());
    }

    [Fact]
    public void Judge_StandbyDrained_IsNotNeeded()
    {
        _world.Break();
        _world.First.State("gpt@cold").SetDraining(true);
        Assert.Equal(BetterTiers.Serving, Judge());
        Assert.Equal(SkipKind.Draining, _world.First.Skipped);
    }

    [Fact]
    public async Task Run_StandbyBehindAStandby_IsStartedOnlyWhenTheFirstFailed()
    {
        var last = StandbyWorld.Standby with { Start = StandbyWorld.Start with { Address = new("https://hooks.example/last") } };
        var world = new StandbyWorld(more: StandbyWorld.Deployment("gpt", "last", 2, last));
        world.Break();
        await world.RunAsync(60);
        Assert.Equal(["start 0"], world.Calls);

        var failing = new StandbyWorld(more: StandbyWorld.Deployment("gpt", "last", 2, last));
        failing.Failures.Enqueue("500");
        failing.Break();
        await failing.RunAsync(5);
        Assert.Equal(["start 0", "last 0"], failing.Calls);
    }

    [Fact]
    public void IsGone_OnlyWhenNobodyListensForAnyOfItsModels()
    {
        Apply(HealthBench.Config("gpt@east"), Cold("gpt", 1), HealthBench.Config("other@east"), Cold("other", 1));
        Assert.False(StandbyDemand.IsGone(Endpoint));
        _world.Break("gpt@cold");
        Assert.False(StandbyDemand.IsGone(Endpoint));
        _world.Break("other@cold", FailureKind.Status);
        Assert.False(StandbyDemand.IsGone(Endpoint));
        _world.Break("other@cold");
        Assert.True(StandbyDemand.IsGone(Endpoint));
    }

    private EndpointState Endpoint => _world.First.State("gpt@cold").Endpoint;

    private static DeploymentConfig Cold(string model, int tier) => StandbyWorld.Deployment(model, StandbyWorld.Cold, tier, StandbyWorld.Standby);

    private void Apply(params DeploymentConfig[] deployments) => _world.First.Bench.Registry.Apply(HealthBench.Catalog(deployments));

    private BetterTiers Judge() => StandbyDemand.Judge(Endpoint, _world.First.Bench.Registry.All, Now);
}
