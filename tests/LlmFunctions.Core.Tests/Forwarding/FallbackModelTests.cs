using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

/// <summary>Who is asked after the last tier, and what a caller's error of one model means to the others.</summary>
public sealed class FallbackModelTests
{
    private static readonly string[] Asked = ["gpt@a", "gpt@b"];

    private readonly RunBench _bench = new();

    [Fact]
    public async Task Fallbacks_EveryDeploymentFailed_AreAskedInOrder()
    {
        _bench.AddFallback("mini", null, "a");
        _bench.AddFallback("nano", null, "b");
        var (asked, result) = await RunBench.GoAsync(_bench.Begin(Asked), RunBench.Broken, RunBench.Broken, RunBench.Broken, RunBench.Answered);
        Assert.Equal("gpt@a gpt@b mini@a nano@b", asked);
        Assert.Equal(new("nano", "b"), result.AnsweredBy);
    }

    [Fact]
    public async Task Fallbacks_StreamOfTheAskedModelBroke_DoNotGoOnWithIt()
    {
        _bench.AddFallback("mini", null, "a");
        var run = _bench.Begin(["gpt@a"]);
        await RunBench.GoAsync(run, RunBench.Answered);
        run.RecordBreak("stream_cut");
        Assert.Null(await run.TryBeginNextAsync());
    }

    [Fact]
    public async Task Fallbacks_MaxAttemptsReached_AreNotAsked()
    {
        _bench.MaxAttempts = 2;
        _bench.AddFallback("mini", null, "a");
        var (asked, result) = await RunBench.GoAsync(_bench.Begin(Asked), RunBench.Broken, RunBench.Broken, RunBench.Answered);
        Assert.Equal("gpt@a gpt@b", asked);
        Assert.Null(result.Answer);
    }

    [Fact]
    public async Task Fallbacks_OtherCallersError_AreNotAsked()
    {
        _bench.AddFallback("mini", null, "a");
        var wrong = new AttemptOutcome.CallersError(CallersErrorKind.Other, new(400, [], default));
        Assert.Equal("gpt@a", (await RunBench.GoAsync(_bench.Begin(Asked), wrong, RunBench.Answered)).Asked);
    }

    [Theory]
    [InlineData(8000, null, true)]
    [InlineData(8000, 8001, true)]
    [InlineData(8000, 8000, false)]
    [InlineData(8000, 4000, false)]
    [InlineData(null, 4000, true)]
    [InlineData(null, null, true)]
    public async Task ContextLength_FallbackModel_IsAskedUnlessItIsDeclaredNoLarger(int? asked, int? fallback, bool isAsked)
    {
        _bench.Model = _bench.Model with { ContextTokens = asked };
        _bench.AddFallback("other", fallback, "a");
        var (trail, result) = await RunBench.GoAsync(_bench.Begin(Asked), RunBench.TooLong, RunBench.Answered);
        Assert.Equal(isAsked ? "gpt@a other@a" : "gpt@a", trail);
        Assert.Same(isAsked ? RunBench.Answered : RunBench.TooLong, result.Last);
        Assert.Equal(isAsked ? new("other", "a") : new("gpt", "a"), result.AnsweredBy);
    }

    [Fact]
    public async Task ContextLength_NobodyElseAnswers_IsPassedOnAsItCame()
    {
        _bench.AddFallback("other", null, "a", "b");
        var (asked, result) = await RunBench.GoAsync(_bench.Begin(Asked), RunBench.TooLong, RunBench.Broken, RunBench.Broken);
        Assert.Equal("gpt@a other@a other@b", asked);
        Assert.Same(RunBench.TooLong, result.Last);
        Assert.Equal(new("gpt", "a"), result.AnsweredBy);
    }

    [Fact]
    public async Task ContextLength_OfALargerModelToo_SkipsItsOtherDeploymentsAndWhatIsDeclaredNoLarger()
    {
        _bench.Model = _bench.Model with { ContextTokens = 8000 };
        _bench.AddFallback("large", 32_000, "a", "b");
        _bench.AddFallback("middle", 16_000, "a");
        _bench.AddFallback("huge", 64_000, "a");
        Assert.Equal("gpt@a large@a huge@a", (await RunBench.GoAsync(_bench.Begin(Asked), RunBench.TooLong, RunBench.TooLong, RunBench.Answered, RunBench.Answered)).Asked);
    }

    [Fact]
    public async Task ContextLength_OfAFallbackModelAlone_IsNotTheAnswerToTheCaller()
    {
        _bench.AddFallback("mini", 4000, "a");
        var (asked, result) = await RunBench.GoAsync(_bench.Begin(Asked), RunBench.Broken, RunBench.Broken, RunBench.TooLong);
        Assert.Equal("gpt@a gpt@b mini@a", asked);
        Assert.Null(result.Answer);
        Assert.Null(result.AnsweredBy);
    }

    [Fact]
    public async Task ContentFilter_ByDefault_IsPassedOnAsItCame()
    {
        _bench.AddFallback("mini", null, "a");
        var (asked, result) = await RunBench.GoAsync(_bench.Begin(Asked), RunBench.Filtered, RunBench.Answered);
        Assert.Equal("gpt@a", asked);
        Assert.Same(RunBench.Filtered, result.Last);
    }

    [Fact]
    public async Task ContentFilter_FallbackOnNamesIt_GoesOnToTheFallbackModels()
    {
        _bench.Model = _bench.Model with { FallbackOn = ["content_filter"], ContextTokens = 8000 };
        _bench.AddFallback("mini", 4000, "a", "b");
        _bench.AddFallback("nano", 4000, "a");
        var (asked, result) = await RunBench.GoAsync(_bench.Begin(Asked), RunBench.Filtered, RunBench.Filtered, RunBench.Answered);
        Assert.Equal("gpt@a mini@a nano@a", asked);
        Assert.Equal(new("nano", "a"), result.AnsweredBy);
    }

    [Fact]
    public async Task ContentFilter_NobodyElseAnswers_IsPassedOnAsItCame()
    {
        _bench.Model = _bench.Model with { FallbackOn = ["content_filter"] };
        _bench.AddFallback("mini", null, "a");
        Assert.Same(RunBench.Filtered, (await RunBench.GoAsync(_bench.Begin(Asked), RunBench.Filtered, RunBench.Broken)).Result.Last);
    }

    [Fact]
    public async Task CallersError_AndNoFallbackModels_IsPassedOnAsItCame()
    {
        _bench.Model = _bench.Model with { FallbackOn = ["content_filter"] };
        foreach (var error in (AttemptOutcome[])[RunBench.TooLong, RunBench.Filtered])
            Assert.Same(error, (await RunBench.GoAsync(_bench.Begin(Asked), error, RunBench.Answered)).Result.Last);
    }

    [Fact]
    public async Task Fallbacks_OwnDeploymentAvailable_AreNotEvenRanked()
    {
        var ranked = 0;
        var plan = new ForwardPlan
        {
            Deployments = [_bench.Health.Get("gpt@a")],
            Fallbacks = new(() =>
            {
                ranked++;
                return [];
            }),
            Model = _bench.Model,
            Deadline = _bench.Health.Now.AddMinutes(1),
            MaxAttempts = 4,
        };
        var request = new ModelRequest { Method = HttpMethod.Post, Path = ApiPath.TryParse("/v1/chat/completions")!, Body = RequestBody.Empty, Model = "gpt" };
        var run = new ForwardRun(request, plan, _bench.Budget, _bench.Prompts, _bench.Trials, _bench.Health.Time);
        await RunBench.GoAsync(run, RunBench.Answered);
        Assert.Equal(0, ranked);
    }
}
