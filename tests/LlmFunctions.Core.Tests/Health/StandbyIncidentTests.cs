using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>What availability is told of starts that fail, by whichever instance.</summary>
public sealed class StandbyIncidentTests
{
    private readonly List<string> _told = [];

    [Fact]
    public async Task Run_StartHookRefusedTwice_BeginsWithTheFirstFailureOnceOverThreeInstancesAndEndsWhenReady()
    {
        var world = new StandbyWorld(instances: 3);
        world.Failures.Enqueue("503");
        world.Failures.Enqueue("409");
        await RunAsync(world, 5);
        world.Break();
        await RunAsync(world, 60);
        Assert.Equal(["5 gpt@cold failed since 5: the start hook failed: 503", "35 gpt@cold failed since 5: the start hook failed: 409"], _told);
        Assert.Equal(world.Began.AddSeconds(5), world.Row.FailingSince);

        await RunAsync(world, 60);
        Assert.Equal(["start 5", "start 35", "start 95"], world.Calls);
        Assert.Equal(["115 gpt@cold settled"], _told[2..]);
        Assert.Null(world.Row.FailingSince);
    }

    [Fact]
    public async Task Run_NotReadyInTime_BeginsThen()
    {
        var world = new StandbyWorld(standby: StandbyWorld.Standby with { ReadyWithin = TimeSpan.FromSeconds(60) }) { StartDelay = TimeSpan.FromSeconds(70) };
        world.Break();
        await RunAsync(world, 100);
        Assert.Equal(
            ["60 gpt@cold failed since 60: it was not ready within 00:01:00; its last answer was: Connection", "90 gpt@cold settled"], _told);
    }

    [Fact]
    public async Task Run_PrimaryIsBackBeforeTheNextTry_EndsOnceOverThreeInstances()
    {
        var world = await FailedAsync(instances: 3);
        await RunAsync(world, 10);
        world.Mend();
        await RunAsync(world, 60);
        Assert.Equal(["11 gpt@cold settled"], _told[1..]);
        Assert.Equal((null, 1), (world.Row.FailingSince, world.Row.Failures));
    }

    [Fact]
    public async Task Run_PrimaryIsBackDuringTheNextTry_EndsThenAndTheHookIsNotCalledAgain()
    {
        var world = await FailedAsync(instances: 3);
        world.StartDelay = TimeSpan.FromSeconds(20);
        await RunAsync(world, 34);
        world.Mend();
        await RunAsync(world, 30);
        Assert.Equal(["35 gpt@cold settled"], _told[1..]);
        Assert.Equal(["start 0", "start 30"], world.Calls);
        Assert.Equal(StandbyPhase.Ready, world.Row.Phase);
    }

    [Fact]
    public async Task Run_FailsWhenNothingNeedsItAnyMore_IsToldAndOverAtOnce()
    {
        var world = new StandbyWorld(standby: StandbyWorld.Standby with { ReadyWithin = TimeSpan.FromSeconds(60) }) { StartDelay = null };
        world.Break();
        await RunAsync(world, 50);
        world.Mend();
        await RunAsync(world, 50);
        Assert.Equal(
            ["60 gpt@cold failed since 60: it was not ready within 00:01:00; its last answer was: Connection", "61 gpt@cold settled"], _told);
    }

    [Fact]
    public async Task Run_TwoOutages_AreTwoIncidents()
    {
        var world = await FailedAsync();
        world.Mend();
        await RunAsync(world, 100);
        world.Failures.Enqueue("500");
        world.Break();
        await RunAsync(world, 60);
        Assert.Equal(
            ["1 gpt@cold settled", "101 gpt@cold failed since 101: the start hook failed: 500"], _told[1..3]);
    }

    [Fact]
    public async Task Run_SeveralModelsThere_EachIsToldButOneThatAnOperatorDrained()
    {
        var world = new StandbyWorld(
            1, null, StandbyWorld.Deployment("other", StandbyWorld.Cold, 1, StandbyWorld.Standby), StandbyWorld.Deployment("drained", StandbyWorld.Cold, 1, StandbyWorld.Standby));
        world.First.State("drained@cold").SetDraining(true);
        world.Failures.Enqueue("503");
        world.Break();
        await RunAsync(world, 1);
        Assert.Equal(
            ["0 gpt@cold failed since 0: the start hook failed: 503", "0 other@cold failed since 0: the start hook failed: 503"], _told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_TableDown_WhoStartedItAloneTellsAndTheEndWaitsForTheTable()
    {
        var world = new StandbyWorld();
        await RunAsync(world, 1);
        world.Table.Down = true;
        world.Failures.Enqueue("503");
        world.Break();
        await RunAsync(world, 10);
        Assert.Equal(["1 gpt@cold failed since 1: the start hook failed: 503"], _told);
        world.Mend();
        await RunAsync(world, 9);
        Assert.Single(_told);
        world.Table.Down = false;
        await RunAsync(world, 5);
        Assert.Equal(["20 gpt@cold settled"], _told[1..]);
    }

    private async Task<StandbyWorld> FailedAsync(int instances = 1)
    {
        var world = new StandbyWorld(instances);
        world.Failures.Enqueue("503");
        world.Break();
        await RunAsync(world, 1);
        Assert.Equal(["0 gpt@cold failed since 0: the start hook failed: 503"], _told);
        return world;
    }

    /// <summary>Second after second, noting what was told in each.</summary>
    private async Task RunAsync(StandbyWorld world, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            await world.RunAsync(1);
            foreach (var told in world.Instances.SelectMany(instance => instance.Bench.Registry.Transitions.TakeAll()).ToList())
            {
                var at = $"{(told.At - world.Began).TotalSeconds:0} {told.Deployment}";
                if (told.Change == HealthChange.StandbyFailed)
                    _told.Add($"{at} failed since {(told.FailingSince!.Value - world.Began).TotalSeconds:0}: {told.Cause}");
                if (told.Change == HealthChange.StandbySettled)
                    _told.Add($"{at} settled");
            }
        }
    }
}
