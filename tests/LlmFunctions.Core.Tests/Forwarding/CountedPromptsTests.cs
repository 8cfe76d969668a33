using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class CountedPromptsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CountedPrompts _prompts;

    public CountedPromptsTests()
    {
        _prompts = new(_time);
    }

    [Fact]
    public void TryCount_SamePromptEverywhere_CountsAtTheFirstTwoOnly()
    {
        Assert.Equal([true, true, false, false], Count(1));
        Assert.Equal([true, true, false, false], Count(1));
    }

    [Fact]
    public void TryCount_OtherPrompt_CountsForItself()
    {
        Count(1);
        Assert.True(_prompts.TryCount(2, Id(3)));
    }

    [Fact]
    public void Forget_PromptThatWasAnswered_CountsAnew()
    {
        Count(1);
        _prompts.Forget(1);
        Assert.True(_prompts.TryCount(1, Id(3)));
    }

    [Fact]
    public void TryCount_SeenWithinTenMinutesAgainAndAgain_IsRemembered()
    {
        Count(1);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(9));
            Assert.False(_prompts.TryCount(1, Id(2)));
        }
    }

    [Fact]
    public void TryCount_NotSeenForTwentyMinutes_IsForgotten()
    {
        Count(1);
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.True(_prompts.TryCount(1, Id(2)));
    }

    [Fact]
    public void TryCount_ManyPrompts_ForgetsTheOldest()
    {
        Count(0);
        for (var prompt = 1; prompt <= 20_000; prompt++)
            _prompts.TryCount((UInt128)prompt, Id(0));
        Assert.True(_prompts.TryCount(0, Id(2)));
        Assert.True(_prompts.TryCount(20_000, Id(1)));
        Assert.False(_prompts.TryCount(20_000, Id(2)));
    }

    private bool[] Count(int prompt) => [.. Enumerable.Range(0, 4).Select(i => _prompts.TryCount((UInt128)prompt, Id(i)))];

    private static DeploymentId Id(int endpoint) => new("gpt", $"e{endpoint}");
}
