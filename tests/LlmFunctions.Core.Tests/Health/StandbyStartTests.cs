using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Tests.Health;

public sealed class StandbyStartTests
{
    [Fact]
    public async Task Run_PrimaryHealthy_StartsNothingAndSendsNothingThere()
    {
        var world = new StandbyWorld(instances: 3);
        await world.RunAsync(60);

        Assert.Empty(world.Calls);
        Assert.Null(world.Table[StandbyWorld.Cold]);
        Assert.All(world.Instances, instance => Assert.Equal(SkipKind.Standby, instance.Skipped));
    }

    [Fact]
    public async Task Run_NoStandbyInTheCatalog_AsksTheTableNothing()
    {
        var world = new StandbyWorld();
        world.First.Bench.Registry.Apply(HealthBench.Catalog(HealthBench.Config()));
        await world.First.Keeper.RunOnceAsync(CancellationToken.None);

        Assert.Equal(0, world.Table.Calls);
    }

    [Fact]
    public async Task Run_PrimaryOutOnThreeInstances_StartsOnceAndAllSendThereOnceItIsReady()
    {
        var world = new StandbyWorld(instances: 3);
        await world.RunAsync(5);
        world.Break();
        await world.RunAsync(20);
        Assert.All(world.Instances, instance => Assert.Equal(SkipKind.Standby, instance.Skipped));
        Assert.Equal(StandbyPhase.Starting, world.Row.Phase);

        await world.RunAsync(2);
        Assert.All(world.Instances, instance => Assert.Null(instance.Skipped));
        Assert.Equal(["start 5"], world.Calls);
        Assert.Equal((StandbyPhase.Ready, 0, null), (world.Row.Phase, world.Row.Failures, world.Row.LastError));
        Assert.Contains(world.Instances.SelectMany(instance => instance.StartLog.Lines), line => line.Message == "The standby cold is ready, 20.0 s after its start began");
    }

    [Fact]
    public async Task Run_NotReady_NoAttemptOfAnyKindIsBegun()
    {
        var world = new StandbyWorld();
        world.Break();
        await world.RunAsync(3);
        var state = world.First.State();
        world.Break("gpt@cold");

        Assert.Null(state.TryBegin(world.First.Bench.Now, HealthBench.Limit));
        Assert.Null(state.TryBeginLastResort(world.First.Bench.Now, HealthBench.Limit));
        Assert.Null(state.TryBeginProbe(world.First.Bench.Now.AddMinutes(1), HealthBench.Limit));
    }

    [Fact]
    public async Task Run_StartHookRefused_IsAnIncidentAndTriedAgainWithGrowingPauses()
    {
        var world = new StandbyWorld(instances: 3);
        for (var i = 0; i < 20; i++)
            world.Failures.Enqueue("403");
        world.Break();
        await world.RunAsync(2_400);

        Assert.Equal(["start 0", "start 30", "start 90", "start 210", "start 450", "start 930", "start 1530", "start 2130"], world.Calls);
        Assert.Equal((StandbyPhase.Stopped, 8, "the start hook failed: 403"), (world.Row.Phase, world.Row.Failures, world.Row.LastError));
        Assert.Equal(8, Errors(world).Count);
        Assert.StartsWith("The standby cold could not be started, 2 times in a row; the next start is not before ", Errors(world)[1], StringComparison.Ordinal);
        Assert.EndsWith(": the start hook failed: 403", Errors(world)[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NotReadyInTime_IsAnIncidentAndTriedAgain()
    {
        var world = new StandbyWorld(standby: StandbyWorld.Standby with { ReadyWithin = TimeSpan.FromSeconds(60) }) { StartDelay = TimeSpan.FromSeconds(70) };
        world.Break();
        await world.RunAsync(89);
        Assert.Equal("it was not ready within 00:01:00; its last answer was: Connection", world.Row.LastError);
        Assert.Equal(SkipKind.Standby, world.First.Skipped);

        await world.RunAsync(2);
        Assert.Equal(["start 0", "start 90"], world.Calls);
        Assert.Single(Errors(world));
        Assert.Null(world.First.Skipped);
    }

    [Fact]
    public async Task Run_HookDoesNotAnswer_IsGivenUpAfterItsLimit()
    {
        var world = new StandbyWorld { Hang = new() };
        world.Break();
        var run = world.First.TickAsync();
        for (var i = 0; i < 30; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await world.First.Keeper.RunOnceAsync(CancellationToken.None);
        }

        await run;
        await Eventually.TrueAsync(() => world.Row.Phase == StandbyPhase.Stopped);
        Assert.Equal("the start hook failed: no answer within 30 s", world.Row.LastError);
        Assert.Equal(["start 0"], world.Calls);
    }

    [Fact]
    public async Task Run_StarterDiesAfterTheHook_AnotherGoesOnWithoutASecondCall()
    {
        var world = new StandbyWorld(instances: 2) { StartDelay = TimeSpan.FromSeconds(100) };
        world.Break();
        await world.First.TickAsync();
        await world.RunAsync(12);
        Assert.Equal(["start 0"], world.Calls);
        var renewed = world.Row.LeaseUntil;

        world.Kill(0);
        while (world.Time.GetUtcNow() < renewed)
        {
            Assert.DoesNotContain("cold", world.First.Probe.Asked);
            await world.RunAsync(1);
        }

        await world.RunAsync(100);
        Assert.Equal(["start 0"], world.Calls);
        Assert.Equal(StandbyPhase.Ready, world.Row.Phase);
        Assert.Null(world.First.Skipped);
    }

    [Fact]
    public async Task Run_StarterDiesOverTheHook_AnotherCallsItAfterTheLease()
    {
        var world = new StandbyWorld(instances: 2) { Hang = new() };
        world.Break();
        _ = world.First.TickAsync();
        Assert.Equal(["start 0"], world.Calls);

        world.Kill(0);
        world.Hang = null;
        await world.RunAsync(44);
        Assert.Equal(["start 0"], world.Calls);
        await world.RunAsync(25);
        Assert.Equal(["start 0", "start 45"], world.Calls);
        Assert.Null(world.First.Skipped);
    }

    [Fact]
    public async Task Run_TableDown_EachInstanceStartsItAloneAndTheyAgreeWhenItIsBack()
    {
        var world = new StandbyWorld(instances: 2);
        await world.RunAsync(1);
        world.Table.Down = true;
        world.Break();
        await world.RunAsync(23);
        Assert.Equal(["start 1", "start 1"], world.Calls);
        Assert.All(world.Instances, instance => Assert.Null(instance.Skipped));

        world.Table.Down = false;
        await world.RunAsync(2);
        Assert.Equal(StandbyPhase.Ready, world.Row.Phase);
        Assert.All(world.Instances, instance => Assert.False(instance.State().Endpoint.Standby.IsUnsaved));
        world.Mend();
        await world.RunAsync(620);
        Assert.Equal(["start 1", "start 1", "stop 631"], world.Calls);
    }

    [Fact]
    public async Task Run_FreshInstance_LearnsWhatRunsAndStartsNothing()
    {
        var world = new StandbyWorld();
        world.Break();
        await world.RunAsync(25);
        var fresh = world.Add();
        world.Break();
        await fresh.TickAsync();

        Assert.Null(fresh.Skipped);
        Assert.Equal(["start 0"], world.Calls);
    }

    [Fact]
    public async Task Run_TableWasEmptied_StillWorks()
    {
        var world = new StandbyWorld();
        world.Break();
        await world.RunAsync(25);
        world.Table.Clear();
        world.Mend();
        await world.RunAsync(700);

        Assert.Equal(StandbyPhase.Stopped, world.Row.Phase);
        Assert.Equal(2, world.Calls.Count);
    }

    [Fact]
    public async Task Run_ReadyStandbyDied_IsStartedAgain()
    {
        var world = new StandbyWorld(instances: 3);
        world.Break();
        await world.RunAsync(60);
        world.ListensFrom = null;
        world.Break("gpt@cold");
        await world.RunAsync(22);

        Assert.Equal(["start 0", "start 60"], world.Calls);
        Assert.Equal(StandbyPhase.Ready, world.Row.Phase);
    }

    [Theory]
    [InlineData(FailureKind.Connection)]
    [InlineData(FailureKind.Status)]
    public async Task Run_ReadyStandbyFailsButAnswersProbes_IsNotStartedAgain(FailureKind kind)
    {
        var world = new StandbyWorld(instances: 3);
        world.Break();
        await world.RunAsync(60);
        world.Break("gpt@cold", kind);
        await world.RunAsync(60);

        Assert.Equal(["start 0"], world.Calls);
        Assert.Equal(StandbyPhase.Ready, world.Row.Phase);
    }

    [Fact]
    public async Task Run_FailuresOfAnOutageLongAgo_AreForgotten()
    {
        var world = new StandbyWorld();
        for (var i = 0; i < 3; i++)
            world.Failures.Enqueue("500");
        world.Break();
        await world.RunAsync(100);
        Assert.Equal(3, world.Row.Failures);
        world.Mend();
        await world.RunAsync(900);
        world.Failures.Enqueue("500");
        world.Break();
        await world.RunAsync(60);

        Assert.Equal(["start 0", "start 30", "start 90", "start 1000", "start 1030"], world.Calls);
    }

    [Fact]
    public async Task Run_ProbeKindNone_AnyAnswerIsReady()
    {
        var world = new StandbyWorld();
        var cold = StandbyWorld.Deployment("gpt", StandbyWorld.Cold, 1, StandbyWorld.Standby, ProbeKind.None);
        world.First.Bench.Registry.Apply(HealthBench.Catalog(HealthBench.Config("gpt@east"), cold));
        world.First.Probe.Ask = (_, _) => Task.FromResult<HealthSignal>(world.Listens ? HealthSignal.None.Instance : new HealthSignal.Failure(FailureKind.Connection));
        world.Break();
        await world.RunAsync(19);
        Assert.Equal(SkipKind.Standby, world.First.Skipped);
        await world.RunAsync(3);

        Assert.Null(world.First.Skipped);
        Assert.Empty(world.First.Probe.Completed);
    }

    [Fact]
    public async Task Run_ProbeKindCompletion_AsksForOneOnlyOnceSomebodyAnswers()
    {
        var world = new StandbyWorld();
        var cold = StandbyWorld.Deployment("gpt", StandbyWorld.Cold, 1, StandbyWorld.Standby, ProbeKind.Completion);
        world.First.Bench.Registry.Apply(HealthBench.Catalog(HealthBench.Config("gpt@east"), cold));
        world.First.Probe.Completion = new HealthSignal.Failure(FailureKind.Status);
        world.Break();
        await world.RunAsync(22);
        Assert.Equal(["gpt@cold", "gpt@cold"], world.First.Probe.Completed);
        Assert.Equal(SkipKind.Standby, world.First.Skipped);
        world.First.Probe.Completion = FakeEndpointProbe.Green;
        await world.RunAsync(2);

        Assert.Null(world.First.Skipped);
    }

    [Fact]
    public async Task Run_ProbeOutlastsTheLease_WhatTheNextInstanceFoundStands()
    {
        var world = new StandbyWorld(instances: 2);
        var answer = new TaskCompletionSource<HealthSignal>();
        world.First.Probe.Ask = (_, _) => answer.Task;
        var config = StandbyWorld.Deployment("gpt", StandbyWorld.Cold, 1, StandbyWorld.Standby with { ReadyWithin = TimeSpan.FromSeconds(50) });
        config = config with { Endpoint = config.Endpoint with { Probe = config.Endpoint.Probe with { Limit = TimeSpan.FromMinutes(5) } } };
        foreach (var instance in world.Instances)
            instance.Bench.Registry.Apply(HealthBench.Catalog(HealthBench.Config("gpt@east"), config));
        world.Break();
        var slow = world.First.TickAsync();
        for (var i = 0; i < 50; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            foreach (var instance in world.Instances)
                await instance.TickAsync();
        }

        Assert.Equal(StandbyPhase.Ready, world.Row.Phase);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        answer.SetResult(new HealthSignal.Failure(FailureKind.Timeout));
        await slow;
        await world.RunAsync(2);
        Assert.Equal((StandbyPhase.Ready, 0), (world.Row.Phase, world.Row.Failures));
        Assert.Empty(Errors(world));
    }

    private static List<string> Errors(StandbyWorld world) =>
        [.. world.Instances.SelectMany(instance => instance.StartLog.Lines).Where(line => line.Level == LogLevel.Error).Select(line => line.Message).Order(StringComparer.Ordinal)];
}
