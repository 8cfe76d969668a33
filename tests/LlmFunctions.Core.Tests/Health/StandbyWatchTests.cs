using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>When a standby counts as standing by, and when as awaited. What is noted begins with the second look.</summary>
public sealed class StandbyWatchTests
{
    [Fact]
    public async Task Run_PrimaryHealthy_IsStandingBy()
    {
        var world = new StandbyWorld();
        await world.RunAsync(61);
        Assert.Equal(["0-60"], Off(world));
        Assert.Empty(Awaited(world));
        Assert.Empty(Off(world, id: "gpt@east"));
    }

    [Fact]
    public async Task Run_PrimaryOut_IsAwaitedUntilTheMomentItIsReady()
    {
        var world = new StandbyWorld(instances: 3);
        await world.RunAsync(5);
        world.Break();
        await world.RunAsync(60);
        Assert.Equal(StandbyPhase.Ready, world.Row.Phase);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(["0-5"], Off(world, i));
            Assert.Equal(["5-25"], Awaited(world, i));
        }
    }

    [Fact]
    public async Task Run_ReadyAndThePrimaryStillOut_BeginsWithEvidenceThatItIsUp()
    {
        var world = new StandbyWorld();
        world.Break();
        await world.RunAsync(22);
        world.First.Tally.Collect();
        var seen = Assert.Single(world.First.Tally.Peek().Values.Single().Deployments["gpt@cold"].SeenIn(Begin(world)));
        Assert.Equal(20, (seen.From - world.Began).TotalSeconds);
    }

    [Fact]
    public async Task Run_StartsFail_IsAwaitedUntilThePrimaryIsBack()
    {
        var world = new StandbyWorld();
        for (var i = 0; i < 9; i++)
            world.Failures.Enqueue("500");
        world.Break();
        await world.RunAsync(100);
        world.Mend();
        await world.RunAsync(21);
        Assert.Equal(["0-100"], Awaited(world));
        Assert.Equal(["100-120"], Off(world));
    }

    [Fact]
    public async Task Run_PrimaryIsBackWhileItStarts_IsNotAwaitedAnyMore()
    {
        var world = new StandbyWorld { StartDelay = TimeSpan.FromSeconds(100) };
        world.Break();
        await world.RunAsync(10);
        world.Mend();
        await world.RunAsync(11);
        Assert.Equal(StandbyPhase.Starting, world.Row.Phase);
        Assert.Equal(["0-10"], Awaited(world));
        Assert.Equal(["10-20"], Off(world));
    }

    [Fact]
    public async Task Run_BeingStopped_IsStandingByFromThen()
    {
        var world = new StandbyWorld(standby: StandbyWorld.Standby with { StopAfter = TimeSpan.FromSeconds(10) });
        world.Break();
        await world.RunAsync(30);
        world.Mend();
        await world.RunAsync(31);
        Assert.Equal(StandbyPhase.Stopped, world.Row.Phase);
        Assert.Equal(["41-60"], Off(world));
    }

    [Fact]
    public async Task Run_AnotherModelNeedsIt_IsAwaitedForThatOneAlone()
    {
        var world = new StandbyWorld(1, null, StandbyWorld.Deployment("other", "east", 0), StandbyWorld.Deployment("other", StandbyWorld.Cold, 1, StandbyWorld.Standby));
        world.Merge("gpt@east", row => row with { Generation = 1, OpenUntil = world.Time.GetUtcNow().AddSeconds(5), Breaks = 1 });
        await world.RunAsync(11);
        Assert.Equal(["0-10"], Awaited(world));
        Assert.Equal(["0-10"], Off(world, id: "other@cold"));
        Assert.Empty(Awaited(world, id: "other@cold"));
    }

    [Fact]
    public async Task Run_DrainedByAnOperator_IsNotAwaited()
    {
        var world = new StandbyWorld();
        world.First.State().SetDraining(true);
        world.Break();
        await world.RunAsync(11);
        Assert.Empty(Awaited(world));
    }

    [Fact]
    public async Task Run_InstanceSlept_SaysNothingOfThatTime()
    {
        var world = new StandbyWorld();
        await world.RunAsync(11);
        world.Time.Advance(TimeSpan.FromSeconds(100));
        await world.RunAsync(11);
        Assert.Equal(["0-10", "111-121"], Off(world));
    }

    [Fact]
    public async Task Run_TableDown_SaysOnlyWhatItDoesAlone()
    {
        var world = new StandbyWorld(instances: 2);
        await world.RunAsync(11);
        world.Table.Down = true;
        await world.RunAsync(100);
        Assert.Equal(["0-15"], Off(world));
        world.First.State("gpt@east").Merge(world.First.State("gpt@east").ToRow() with { Generation = 1, OpenUntil = world.Time.GetUtcNow().AddSeconds(5), Breaks = 1 });
        world.StartDelay = null;
        await world.RunAsync(20);
        Assert.Equal(["112-130"], Awaited(world));
        Assert.Equal(["0-15"], Off(world, 1));
        Assert.Empty(Awaited(world, 1));
    }

    private static string[] Off(StandbyWorld world, int instance = 0, string id = "gpt@cold") =>
        Told(world, instance, id, (hour, begin) => hour.StandingByIn(begin));

    private static string[] Awaited(StandbyWorld world, int instance = 0, string id = "gpt@cold") =>
        Told(world, instance, id, (hour, begin) => hour.AwaitedIn(begin));

    private static string[] Told(StandbyWorld world, int instance, string id, Func<DeploymentHour, DateTimeOffset, IEnumerable<Period>> get)
    {
        world.Instances[instance].Tally.Collect();
        var sheet = world.Instances[instance].Tally.Peek()[Begin(world)];
        return [.. get(sheet.Deployments.GetValueOrDefault(id) ?? DeploymentHour.None, Begin(world))
            .Select(period => $"{(period.From - world.Began).TotalSeconds:0.###}-{(period.To - world.Began).TotalSeconds:0.###}")];
    }

    private static DateTimeOffset Begin(StandbyWorld world) => HourSheet.HourOf(world.Began);
}
