using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Tests.Health;

namespace LlmFunctions.Core.Tests.Forwarding;

/// <summary>Second attempts, short waits and the retry budget of one request.</summary>
public sealed class ForwardRunTests
{
    private readonly RunBench _bench = new();

    [Fact]
    public async Task TryPlanRepeat_LoneDeployment_OnceOnly()
    {
        var (run, lease) = await ThrottledAsync(["gpt@a"], TimeSpan.FromSeconds(1));
        Assert.True(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
        _bench.Health.Time.Advance(TimeSpan.FromSeconds(1));
        using var again = await run.TryRepeatAsync(lease.State);
        run.Record(again!, new AttemptOutcome.Throttled(TimeSpan.FromSeconds(1), 429), TimeSpan.Zero);
        Assert.False(run.TryPlanRepeat(again!, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task TryRepeat_ThrottleLengthenedMeanwhile_IsNone()
    {
        using var other = _bench.Health.Get("gpt@a").TryBegin(_bench.Health.Now, HealthBench.Limit);
        var (run, lease) = await ThrottledAsync(["gpt@a"], TimeSpan.FromSeconds(1));
        Assert.True(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
        other!.Report(new HealthSignal.Throttled(TimeSpan.FromSeconds(30)));
        _bench.Health.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await run.TryRepeatAsync(lease.State));
    }

    [Fact]
    public async Task TryRepeat_CircuitOpenedMeanwhile_IsNone()
    {
        var run = _bench.Begin(["gpt@a"]);
        using var lease = (await run.TryBeginNextAsync())!;
        run.Record(lease, new AttemptOutcome.Failed(FailureKind.Reset, "reset"), TimeSpan.Zero);
        Assert.True(run.TryPlanRepeat(lease, TimeSpan.FromMilliseconds(200)));
        _bench.Health.Fail(lease.State, 2);
        Assert.Equal(SkipKind.CircuitOpen, lease.State.GetSkipReason(_bench.Health.Now)?.Kind);
        Assert.Null(await run.TryRepeatAsync(lease.State));
    }

    [Fact]
    public async Task TryPlanRepeat_SiblingAvailable_IsNot()
    {
        var (run, lease) = await ThrottledAsync(["gpt@a", "gpt@b"], TimeSpan.FromSeconds(1));
        Assert.False(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task TryPlanRepeat_SameTierNumberOfAnotherModel_IsNoSibling()
    {
        _bench.AddFallback("mini", null, "a");
        var (run, lease) = await ThrottledAsync(["gpt@a"], TimeSpan.FromSeconds(1));
        Assert.True(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task TryPlanRepeat_DoesNotFitTheDeadline_IsNot()
    {
        var (run, lease) = await ThrottledAsync(["gpt@a"], TimeSpan.FromSeconds(2), deadline: TimeSpan.FromSeconds(2));
        Assert.False(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task TryPlanRepeat_BudgetSpent_IsNotAndTheResultSaysSo()
    {
        _bench.SpendBudget();
        var (run, lease) = await ThrottledAsync(["gpt@a"], TimeSpan.FromSeconds(1));
        Assert.False(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
        Assert.True(run.End(null).IsBudgetSpent);
    }

    [Fact]
    public async Task TryBeginNext_BudgetSpent_AllowsTheFirstFailoverButNoThirdDeployment()
    {
        _bench.SpendBudget();
        var (asked, result) = await RunBench.GoAsync(_bench.Begin(["gpt@a", "gpt@b", "gpt@c"]), RunBench.Broken, RunBench.Broken, RunBench.Answered);
        Assert.Equal("gpt@a gpt@b", asked);
        Assert.True(result.IsBudgetSpent);
        Assert.Null(result.Answer);
    }

    [Fact]
    public async Task TryBeginNext_BudgetLeft_AsksAThirdDeployment()
    {
        var (asked, result) = await RunBench.GoAsync(_bench.Begin(["gpt@a", "gpt@b", "gpt@c"]), RunBench.Broken, RunBench.Broken, RunBench.Answered);
        Assert.Equal("gpt@a gpt@b gpt@c", asked);
        Assert.False(result.IsBudgetSpent);
    }

    [Fact]
    public async Task TryBeginNext_NobodyLeft_CostsNothing()
    {
        for (var i = 0; i < 20; i++)
            Assert.False((await RunBench.GoAsync(_bench.Begin(["gpt@a", "gpt@b"], prompt: $"{i}"), RunBench.TooLong)).Result.IsBudgetSpent);
        Assert.True(_bench.Budget.TryTake());
    }

    [Fact]
    public async Task TryBeginNext_RequestThatWaitedAfterFailures_PaysForEachFailover()
    {
        _bench.SpendBudget();
        var (asked, result) = await RunBench.GoAsync(_bench.Begin(["gpt@a", "gpt@b"], isAgain: true), RunBench.Broken, RunBench.Answered);
        Assert.Equal("gpt@a", asked);
        Assert.True(result.IsBudgetSpent);
    }

    [Fact]
    public async Task TryBeginNext_StoredAnswerAskedForInTurn_CostsNothing()
    {
        _bench.SpendBudget();
        var unknown = new AttemptOutcome.CallersError(CallersErrorKind.StoredAnswerNotFound, new(404, [], default));
        var (asked, _) = await RunBench.GoAsync(_bench.Begin(["gpt@a", "gpt@b", "gpt@c"], asksInTurn: true), unknown, unknown, RunBench.Answered);
        Assert.Equal("gpt@a gpt@b gpt@c", asked);
    }

    [Fact]
    public async Task AnotherRemains_ThirdDeployment_IsPaidForOnceAndForAll()
    {
        var run = _bench.Begin(["gpt@a", "gpt@b", "gpt@c"]);
        await FailAsync(run);
        using var second = (await run.TryBeginNextAsync())!;
        Assert.True(run.AnotherRemains());
        _bench.SpendBudget();
        Assert.True(run.AnotherRemains());
        run.Record(second, RunBench.Broken, TimeSpan.Zero);
        using var third = await run.TryBeginNextAsync();
        Assert.NotNull(third);
    }

    [Fact]
    public async Task AnotherRemains_BudgetSpent_LeavesTheSecondDeploymentTheRestOfTheDeadline()
    {
        _bench.SpendBudget();
        var run = _bench.Begin(["gpt@a", "gpt@b", "gpt@c"]);
        using (await run.TryBeginNextAsync())
            Assert.True(run.AnotherRemains());
        using (await run.TryBeginNextAsync())
            Assert.False(run.AnotherRemains());
    }

    [Theory]
    [InlineData(2, 2.5, 2.0)]
    [InlineData(2.6, 2.5, null)]
    [InlineData(2, 1.9, null)]
    public async Task FindReturn_ThrottledDeployment_IsFoundWithinTheWaitAndTheDeadline(double throttle, double wait, double? expected)
    {
        _bench.Health.Report(_bench.Health.Get("gpt@a"), new HealthSignal.Throttled(TimeSpan.FromSeconds(throttle)));
        _bench.Health.Report(_bench.Health.Get("gpt@b"), new HealthSignal.Throttled(TimeSpan.FromSeconds(60)));
        var now = _bench.Health.Now;
        var run = _bench.Begin(["gpt@b", "gpt@a"]);
        Assert.Null(await run.TryBeginNextAsync());
        Assert.Equal(expected is { } seconds ? now.AddSeconds(seconds) : null, run.FindReturn(now.AddSeconds(wait)));
    }

    [Fact]
    public void FindReturn_BeyondTheDeadline_IsNone()
    {
        _bench.Health.Report(_bench.Health.Get("gpt@a"), new HealthSignal.Throttled(TimeSpan.FromSeconds(2)));
        Assert.Null(_bench.Begin(["gpt@a"], deadline: TimeSpan.FromSeconds(1.5)).FindReturn(_bench.Health.Now.AddSeconds(2.5)));
    }

    [Fact]
    public async Task Record_PromptThatGets500EverywhereAgainAndAgain_OpensTwoCircuits()
    {
        string[] all = ["gpt@a", "gpt@b", "gpt@c", "gpt@d"];
        var status = new AttemptOutcome.Failed(FailureKind.Status, "500");
        for (var i = 0; i < 40; i++)
        {
            await RunBench.GoAsync(_bench.Begin([.. all.Skip(i % 4), .. all.Take(i % 4)]), status, status, status, status);
            _bench.Health.Time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(2, all.Count(id => _bench.Health.Get(id).ToRow().Breaks > 0));
    }

    [Fact]
    public async Task Record_PromptThatSomebodyAnswers_CountsAgainstWhoeverFails()
    {
        string[] all = ["gpt@a", "gpt@b", "gpt@c"];
        var status = new AttemptOutcome.Failed(FailureKind.Status, "500");
        foreach (var failing in all)
        {
            for (var i = 0; i < 3; i++)
                await RunBench.GoAsync(_bench.Begin([failing, "gpt@sound"]), status, RunBench.Answered);
        }

        Assert.All(all, id => Assert.Equal(SkipKind.CircuitOpen, _bench.Health.Get(id).GetSkipReason(_bench.Health.Now)?.Kind));
    }

    [Fact]
    public async Task TryBeginNext_WhoWasSilentBeforeTheWait_IsNotAskedAgain()
    {
        var run = _bench.Begin(["gpt@a", "gpt@b"], earlier: [RunBench.Earlier("gpt@a", "timeout"), RunBench.Earlier("gpt@b", "refused")]);
        var (asked, result) = await RunBench.GoAsync(run, RunBench.Broken, RunBench.Broken);
        Assert.Equal("gpt@b", asked);
        Assert.Equal(["timeout", "refused", "malformed"], result.Attempts.Select(attempt => attempt.Outcome));
    }

    [Fact]
    public async Task TryBeginNext_AttemptsBeforeTheWait_CountButLeaveOne()
    {
        var earlier = Enumerable.Range(0, 4).Select(_ => RunBench.Earlier("gpt@c", "refused")).ToArray();
        var (asked, _) = await RunBench.GoAsync(_bench.Begin(["gpt@a", "gpt@b"], earlier: earlier), RunBench.Broken, RunBench.Broken);
        Assert.Equal("gpt@a", asked);
        (asked, _) = await RunBench.GoAsync(_bench.Begin(["gpt@a", "gpt@b"], earlier: earlier[..2]), RunBench.Broken, RunBench.Broken);
        Assert.Equal("gpt@a gpt@b", asked);
    }

    [Fact]
    public async Task TryBeginNext_AttemptsAreSpent_WhoFailedTheRequestIsAskedOnlyAfterABreak()
    {
        string[] all = ["gpt@a", "gpt@b", "gpt@c", "gpt@d"];
        var earlier = (await RunBench.GoAsync(_bench.Begin(all), RunBench.Broken, RunBench.Broken, RunBench.Broken, RunBench.Broken)).Result.Attempts;
        Assert.Null(await _bench.Begin(all, earlier: earlier).TryBeginNextAsync());

        _bench.Health.Fail(_bench.Health.Get("gpt@c"), 2);
        _bench.Health.Time.Advance(TimeSpan.FromSeconds(6));
        earlier = [.. earlier.Select(attempt => attempt with { EndedAt = _bench.Health.Now })];
        for (var i = 0; i < 2; i++)
        {
            // As its trial, then after it.
            using var lease = (await _bench.Begin(all, earlier: earlier).TryBeginNextAsync())!;
            Assert.Equal("gpt@c", lease.State.Id.ToString());
            lease.Report(new HealthSignal.Success(TimeSpan.Zero));
        }
    }

    [Fact]
    public async Task TryBeginNext_AttemptsAreSpent_OneOfThoseWhoFailedIsAskedEveryFiveSeconds()
    {
        string[] all = ["gpt@a", "gpt@b"];
        _bench.MaxAttempts = 2;
        var earlier = (await RunBench.GoAsync(_bench.Begin(all), RunBench.Broken, RunBench.Broken)).Result.Attempts;
        for (var attempts = 3; attempts <= 5; attempts++)
        {
            _bench.Health.Time.Advance(TimeSpan.FromSeconds(4.9));
            Assert.Null(await _bench.Begin(all, earlier: earlier).TryBeginNextAsync());
            _bench.Health.Time.Advance(TimeSpan.FromSeconds(0.1));
            earlier = (await RunBench.GoAsync(_bench.Begin(all, earlier: earlier), RunBench.Broken, RunBench.Broken)).Result.Attempts;
            Assert.Equal(attempts, earlier.Count);
        }
    }

    [Theory]
    [InlineData("refused", true)]
    [InlineData("500", false)]
    [InlineData("timeout", false)]
    public async Task TryBeginNext_AttemptsAreSpent_WhoNeverSawTheRequestIsAsked(string outcome, bool isAsked)
    {
        var earlier = Enumerable.Range(0, 4).Select(_ => RunBench.Earlier("gpt@a", outcome) with { EndedAt = _bench.Health.Now }).ToArray();
        using var lease = await _bench.Begin(["gpt@a"], earlier: earlier).TryBeginNextAsync();
        Assert.Equal(isAsked, lease is not null);
    }

    [Fact]
    public async Task Record_Outcomes_SayWhenTheRequestMayAskAgain()
    {
        _bench.MaxAttempts = 5;
        var (_, result) = await RunBench.GoAsync(
            _bench.Begin(["gpt@a", "gpt@b", "gpt@c", "gpt@d", "gpt@e"]),
            new AttemptOutcome.Failed(FailureKind.Connection, "refused"),
            new AttemptOutcome.Throttled(null, 429),
            new AttemptOutcome.Failed(FailureKind.Status, "500"),
            new AttemptOutcome.Failed(FailureKind.Reset, "reset"),
            new AttemptOutcome.Failed(FailureKind.Timeout, "timeout"));
        Assert.Equal(
            [AskAgain.OnceAvailable, AskAgain.OnceAvailable, AskAgain.OnceReturned, AskAgain.OnceReturned, AskAgain.Never],
            result.Attempts.Select(attempt => attempt.Again));
    }

    [Fact]
    public void Everybody_SilentOnes_AreNotWaitedFor()
    {
        var plan = new ForwardPlan
        {
            Deployments = [_bench.Health.Get("gpt@a"), _bench.Health.Get("gpt@b")],
            Model = _bench.Model,
            Deadline = _bench.Health.Now,
            MaxAttempts = 4,
            Earlier = [RunBench.Earlier("gpt@a", "timeout")],
        };
        Assert.Equal(["gpt@b"], plan.Everybody.Select(state => state.Id.ToString()));
    }

    [Fact]
    public async Task Record_KeyRefusedEverywhereForOneRequest_CountsAgainstOneDeployment()
    {
        string[] all = ["gpt@a", "gpt@b", "gpt@c"];
        var refused = new AttemptOutcome.Misconfigured("403", "403");
        await RunBench.GoAsync(_bench.Begin(all), refused, refused, refused);
        Assert.Equal(1, all.Count(id => _bench.Health.Get(id).GetSkipReason(_bench.Health.Now)?.Kind == SkipKind.Misconfigured));
    }

    private async Task<(ForwardRun Run, AttemptLease Lease)> ThrottledAsync(string[] deployments, TimeSpan wait, TimeSpan? deadline = null)
    {
        var run = _bench.Begin(deployments, deadline: deadline);
        var lease = (await run.TryBeginNextAsync())!;
        run.Record(lease, new AttemptOutcome.Throttled(wait, 429), TimeSpan.Zero);
        lease.Dispose();
        return (run, lease);
    }

    private static async Task FailAsync(ForwardRun run)
    {
        using var lease = (await run.TryBeginNextAsync())!;
        run.Record(lease, RunBench.Broken, TimeSpan.Zero);
    }
}
