using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Tests.Health;

public sealed class StandbyStopTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Run_BetterTierHealthyForLong_IsStoppedOnceOverThreeInstances()
    {
        var world = await ReadyAsync(instances: 3);
        world.Mend();
        await world.RunAsync(600);
        Assert.All(world.Instances, instance => Assert.Null(instance.Skipped));
        Assert.Equal(["start 0"], world.Calls);

        await world.RunAsync(3);
        Assert.All(world.Instances, instance => Assert.Equal(SkipKind.Standby, instance.Skipped));
        Assert.Equal(["start 0"], world.Calls);
        await world.RunAsync(1_000);
        Assert.Equal(["start 0", "stop 635"], world.Calls);
        Assert.Equal((StandbyPhase.Stopped, null, null), (world.Row.Phase, world.Row.StartedAt, world.Row.LastError));
    }

    [Fact]
    public async Task Run_OutAgainBeforeThat_TheTimeBeginsAnew()
    {
        var world = await ReadyAsync(instances: 3);
        world.Mend();
        await world.RunAsync(590);
        world.Break();
        await world.RunAsync(10);
        world.Mend();
        await world.RunAsync(600);
        Assert.Equal(["start 0"], world.Calls);
        await world.RunAsync(20);

        Assert.Equal(["start 0", "stop 1235"], world.Calls);
    }

    [Fact]
    public async Task Run_HalfOpenCircuitInTheBetterTier_IsNoHealth()
    {
        var world = await ReadyAsync();
        await world.RunAsync(2_000);

        Assert.Null(world.First.State("gpt@east").GetSkipReason(world.First.Bench.Now));
        Assert.Equal(["start 0"], world.Calls);
        Assert.Null(world.Row.IdleSince);
    }

    [Fact]
    public async Task Run_InFlightHere_IsNotEvenBegun()
    {
        var world = await ReadyAsync();
        world.Mend();
        using (world.First.State().TryBegin(world.First.Bench.Now, HealthBench.Limit))
        {
            await world.RunAsync(1_200);
            Assert.Equal(StandbyPhase.Ready, world.Row.Phase);
        }

        await world.RunAsync(10);
        Assert.Equal(["start 0", "stop 1235"], world.Calls);
    }

    [Fact]
    public async Task Run_InFlightOnAnotherInstance_WaitsForIt()
    {
        var world = await ReadyAsync(instances: 3);
        world.Mend();
        using (world.Instances[2].State().TryBegin(world.Instances[2].Bench.Now, HealthBench.Limit))
        {
            await world.RunAsync(900);
            Assert.Equal(StandbyPhase.Stopping, world.Row.Phase);
            Assert.Equal(["start 0"], world.Calls);
        }

        await world.RunAsync(20);
        Assert.Equal(2, world.Calls.Count);
        Assert.Equal(StandbyPhase.Stopped, world.Row.Phase);
    }

    [Fact]
    public async Task Run_NeededAgainBeforeTheHook_IsNotStopped()
    {
        var world = await ReadyAsync(instances: 3);
        world.Mend();
        await world.RunAsync(602);
        Assert.Equal(StandbyPhase.Stopping, world.Row.Phase);
        world.Break();
        await world.RunAsync(3);

        Assert.Equal(["start 0", "start 632"], [.. world.Calls.Take(2)]);
        Assert.Equal(2, world.Calls.Count);
        Assert.All(world.Instances, instance => Assert.Null(instance.Skipped));
    }

    [Fact]
    public async Task Run_NoStopHook_RunsOn()
    {
        var world = await ReadyAsync(standby: StandbyWorld.Standby with { Stop = null });
        world.Mend();
        await world.RunAsync(3_600);

        Assert.Equal(["start 0"], world.Calls);
        Assert.Null(world.First.Skipped);
    }

    [Fact]
    public async Task Run_StopHookFails_IsToldAndTriedAgainAndTheStandbyCanStillBeUsed()
    {
        var world = await ReadyAsync();
        world.Failures.Enqueue("409");
        world.Mend();
        await world.RunAsync(640);
        Assert.Equal("the stop hook failed: 409", world.Row.LastError);
        Assert.Contains(world.First.StopLog.Lines, line => line == (LogLevel.Error, "The standby cold could not be stopped and goes on running: 409"));

        world.Break();
        await world.RunAsync(2);
        Assert.Null(world.First.Skipped);
        world.Mend();
        await world.RunAsync(640);
        Assert.Equal(["start 0", "stop 635", "start 670", "stop 1277"], world.Calls);
        Assert.Null(world.Row.LastError);
    }

    [Fact]
    public async Task Run_StartNeverBecameReadyAndThePrimaryIsBack_IsStoppedAllTheSame()
    {
        var world = new StandbyWorld { StartDelay = null };
        world.Break();
        await world.RunAsync(301);
        Assert.Equal((StandbyPhase.Stopped, 1), (world.Row.Phase, world.Row.Failures));
        world.Mend();
        await world.RunAsync(620);

        Assert.Equal(["start 0", "stop 906"], world.Calls);
        Assert.Null(world.Row.StartedAt);
    }

    [Fact]
    public async Task Run_StartWasNeverAccepted_HasNothingToStop()
    {
        var world = new StandbyWorld();
        world.Failures.Enqueue("500");
        world.Break();
        await world.RunAsync(10);
        world.Mend();
        await world.RunAsync(1_200);

        Assert.Equal(["start 0"], world.Calls);
    }

    [Fact]
    public async Task Run_TableDown_StopsNothing()
    {
        var world = await ReadyAsync();
        world.Mend();
        world.Table.Down = true;
        await world.RunAsync(1_200);

        Assert.Equal(["start 0"], world.Calls);
        Assert.Null(world.First.Skipped);
    }

    [Fact]
    public async Task Run_StopperDiesOverTheHook_AnotherCallsItAfterTheLease()
    {
        var world = await ReadyAsync(instances: 2);
        world.Mend();
        await world.RunAsync(604);
        world.Hang = new();
        var holder = world.Row.Holder;
        while (world.Calls.Count == 1)
        {
            foreach (var instance in world.Instances)
                _ = instance.TickAsync();
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(holder, world.Row.Holder);
        world.Kill(0);
        world.Hang = null;
        await world.RunAsync(60);
        Assert.Equal(["start 0", "stop 635", "stop 680"], world.Calls);
        Assert.Equal(StandbyPhase.Stopped, world.Row.Phase);
    }

    [Fact]
    public async Task Run_StopHookLeftTheCatalogMeanwhile_RunsOn()
    {
        var world = await ReadyAsync();
        world.Mend();
        await world.RunAsync(602);
        world.First.Bench.Registry.Apply(HealthBench.Catalog(
            HealthBench.Config("gpt@east"), StandbyWorld.Deployment("gpt", StandbyWorld.Cold, 1, StandbyWorld.Standby with { Stop = null })));
        await world.RunAsync(60);

        Assert.Equal(["start 0"], world.Calls);
        Assert.True(world.Row.StartedAt < world.Row.Since - Minute);
    }

    /// <summary>Half a minute after the primary broke.</summary>
    private static async Task<StandbyWorld> ReadyAsync(int instances = 1, Core.Catalog.StandbyConfig? standby = null)
    {
        var world = new StandbyWorld(instances, standby);
        world.Break();
        await world.RunAsync(30);
        Assert.All(world.Instances, instance => Assert.Null(instance.Skipped));
        return world;
    }
}
