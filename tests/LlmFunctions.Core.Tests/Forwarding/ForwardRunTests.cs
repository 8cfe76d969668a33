using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Tests.Health;

namespace LlmFunctions.Core.Tests.Forwarding;

/// <summary>Second attempts, short waits and the retry budget of one request.</summary>
public sealed class ForwardRunTests
{
    private readonly RunBench _bench = new();

    [Fact]
    public void TryPlanRepeat_LoneDeployment_OnceOnly()
    {
        var (run, lease) = Throttled(["gpt@a"], TimeSpan.FromSeconds(1));
        Assert.True(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
        _bench.Health.Time.Advance(TimeSpan.FromSeconds(1));
        using var again = run.TryRepeat(lease.State);
        run.Record(again!, new AttemptOutcome.Throttled(TimeSpan.FromSeconds(1), 429), TimeSpan.Zero);
        Assert.False(run.TryPlanRepeat(again!, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void TryRepeat_ThrottleLengthenedMeanwhile_IsNone()
    {
        using var other = _bench.Health.Get("gpt@a").TryBegin(_bench.Health.Now, HealthBench.Limit);
        var (run, lease) = Throttled(["gpt@a"], TimeSpan.FromSeconds(1));
        Assert.True(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
        other!.Report(new HealthSignal.Throttled(TimeSpan.FromSeconds(30)));
        _bench.Health.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(run.TryRepeat(lease.State));
    }

    [Fact]
    public void TryPlanRepeat_SiblingAvailable_IsNot()
    {
        var (run, lease) = Throttled(["gpt@a", "gpt@b"], TimeSpan.FromSeconds(1));
        Assert.False(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void TryPlanRepeat_SameTierNumberOfAnotherModel_IsNoSibling()
    {
        _bench.AddFallback("mini", null, "a");
        var (run, lease) = Throttled(["gpt@a"], TimeSpan.FromSeconds(1));
        Assert.True(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void TryPlanRepeat_DoesNotFitTheDeadline_IsNot()
    {
        var (run, lease) = Throttled(["gpt@a"], TimeSpan.FromSeconds(2), deadline: TimeSpan.FromSeconds(2));
        Assert.False(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void TryPlanRepeat_BudgetSpent_IsNotAndTheResultSaysSo()
    {
        _bench.SpendBudget();
        var (run, lease) = Throttled(["gpt@a"], TimeSpan.FromSeconds(1));
        Assert.False(run.TryPlanRepeat(lease, TimeSpan.FromSeconds(1)));
        Assert.True(run.End(null).IsBudgetSpent);
    }

    [Fact]
    public void TryBeginNext_BudgetSpent_AllowsTheFirstFailoverButNoThirdDeployment()
    {
        _bench.SpendBudget();
        var (asked, result) = RunBench.Go(_bench.Begin(["gpt@a", "gpt@b", "gpt@c"]), RunBench.Broken, RunBench.Broken, RunBench.Answered);
        Assert.Equal("gpt@a gpt@b", asked);
        Assert.True(result.IsBudgetSpent);
        Assert.Null(result.Answer);
    }

    [Fact]
    public void TryBeginNext_BudgetLeft_AsksAThirdDeployment()
    {
        var (asked, result) = RunBench.Go(_bench.Begin(["gpt@a", "gpt@b", "gpt@c"]), RunBench.Broken, RunBench.Broken, RunBench.Answered);
        Assert.Equal("gpt@a gpt@b gpt@c", asked);
        Assert.False(result.IsBudgetSpent);
    }

    [Fact]
    public void TryBeginNext_NobodyLeft_CostsNothing()
    {
        for (var i = 0; i < 20; i++)
            Assert.False(RunBench.Go(_bench.Begin(["gpt@a", "gpt@b"], prompt: $"{i}"), RunBench.TooLong).Result.IsBudgetSpent);
        Assert.True(_bench.Budget.TryTake());
    }

    [Fact]
    public void TryBeginNext_RequestThatWaitedAfterFailures_PaysForEachFailover()
    {
        _bench.SpendBudget();
        var (asked, result) = RunBench.Go(_bench.Begin(["gpt@a", "gpt@b"], isAgain: true), RunBench.Broken, RunBench.Answered);
        Assert.Equal("gpt@a", asked);
        Assert.True(result.IsBudgetSpent);
    }

    [Fact]
    public void TryBeginNext_StoredAnswerAskedForInTurn_CostsNothing()
    {
        _bench.SpendBudget();
        var unknown = new AttemptOutcome.CallersError(CallersErrorKind.StoredAnswerNotFound, new(404, [], default));
        var (asked, _) = RunBench.Go(_bench.Begin(["gpt@a", "gpt@b", "gpt@c"], asksInTurn: true), unknown, unknown, RunBench.Answered);
        Assert.Equal("gpt@a gpt@b gpt@c", asked);
    }

    [Fact]
    public void AnotherRemains_ThirdDeployment_IsPaidForOnceAndForAll()
    {
        var run = _bench.Begin(["gpt@a", "gpt@b", "gpt@c"]);
        Fail(run);
        using var second = run.TryBeginNext()!;
        Assert.True(run.AnotherRemains());
        _bench.SpendBudget();
        Assert.True(run.AnotherRemains());
        run.Record(second, RunBench.Broken, TimeSpan.Zero);
        using var third = run.TryBeginNext();
        Assert.NotNull(third);
    }

    [Fact]
    public void AnotherRemains_BudgetSpent_LeavesTheSecondDeploymentTheRestOfTheDeadline()
    {
        _bench.SpendBudget();
        var run = _bench.Begin(["gpt@a", "gpt@b", "gpt@c"]);
        using (run.TryBeginNext())
            Assert.True(run.AnotherRemains());
        using (run.TryBeginNext())
            Assert.False(run.AnotherRemains());
    }

    [Theory]
    [InlineData(2, 2.5, 2.0)]
    [InlineData(2.6, 2.5, null)]
    [InlineData(2, 1.9, null)]
    public void FindReturn_ThrottledDeployment_IsFoundWithinTheWaitAndTheDeadline(double throttle, double wait, double? expected)
    {
        _bench.Health.Report(_bench.Health.Get("gpt@a"), new HealthSignal.Throttled(TimeSpan.FromSeconds(throttle)));
        _bench.Health.Report(_bench.Health.Get("gpt@b"), new HealthSignal.Throttled(TimeSpan.FromSeconds(60)));
        var now = _bench.Health.Now;
        var run = _bench.Begin(["gpt@b", "gpt@a"]);
        Assert.Null(run.TryBeginNext());
        Assert.Equal(expected is { } seconds ? now.AddSeconds(seconds) : null, run.FindReturn(now.AddSeconds(wait)));
    }

    [Fact]
    public void FindReturn_BeyondTheDeadline_IsNone()
    {
        _bench.Health.Report(_bench.Health.Get("gpt@a"), new HealthSignal.Throttled(TimeSpan.FromSeconds(2)));
        Assert.Null(_bench.Begin(["gpt@a"], deadline: TimeSpan.FromSeconds(1.5)).FindReturn(_bench.Health.Now.AddSeconds(2.5)));
    }

    [Fact]
    public void Record_PromptThatGets500EverywhereAgainAndAgain_OpensTwoCircuits()
    {
        string[] all = ["gpt@a", "gpt@b", "gpt@c", "gpt@d"];
        var status = new AttemptOutcome.Failed(FailureKind.Status, "500");
        for (var i = 0; i < 40; i++)
        {
            RunBench.Go(_bench.Begin([.. all.Skip(i % 4), .. all.Take(i % 4)]), status, status, status, status);
            _bench.Health.Time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(2, all.Count(id => _bench.Health.Get(id).ToRow().Breaks > 0));
    }

    [Fact]
    public void Record_PromptThatSomebodyAnswers_CountsAgainstWhoeverFails()
    {
        string[] all = ["gpt@a", "gpt@b", "gpt@c"];
        var status = new AttemptOutcome.Failed(FailureKind.Status, "500");
        foreach (var failing in all)
        {
            for (var i = 0; i < 3; i++)
                RunBench.Go(_bench.Begin([failing, "gpt@sound"]), status, RunBench.Answered);
        }

        Assert.All(all, id => Assert.Equal(SkipKind.CircuitOpen, _bench.Health.Get(id).GetSkipReason(_bench.Health.Now)?.Kind));
    }

    private (ForwardRun Run, AttemptLease Lease) Throttled(string[] deployments, TimeSpan wait, TimeSpan? deadline = null)
    {
        var run = _bench.Begin(deployments, deadline: deadline);
        var lease = run.TryBeginNext()!;
        run.Record(lease, new AttemptOutcome.Throttled(wait, 429), TimeSpan.Zero);
        lease.Dispose();
        return (run, lease);
    }

    private static void Fail(ForwardRun run)
    {
        using var lease = run.TryBeginNext()!;
        run.Record(lease, RunBench.Broken, TimeSpan.Zero);
    }
}
