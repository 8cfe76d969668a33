using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

public sealed class RemaindersTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Reset = Now.AddSeconds(20);

    [Theory]
    [InlineData(100, 50, 150, false)]
    [InlineData(100, 50, 149, true)]
    [InlineData(0, 0, 1, false)]
    [InlineData(0, 0, 0, true)]
    public void GetShortUntil_TokensLeft_MustHoldPromptAndAnswer(int prompt, int answer, int left, bool isShort) =>
        Assert.Equal(isShort ? Reset : null, new Remainders(null, new(left, Reset), null, null).GetShortUntil(new(prompt, answer), Now));

    [Fact]
    public void GetShortUntil_NoRequestLeft_IsShortWhateverItsSize()
    {
        Assert.Equal(Reset, new Remainders(new(0, Reset), null, null, null).GetShortUntil(default, Now));
        Assert.Null(new Remainders(new(1, Reset), null, null, null).GetShortUntil(new(1_000_000, 0), Now));
    }

    [Fact]
    public void GetShortUntil_PromptAndAnswerLimitedApart_ComparesEachWithItsOwn()
    {
        var left = new Remainders(null, null, new(100, Reset), new(10, Reset.AddSeconds(5)));
        Assert.Null(left.GetShortUntil(new(100, 10), Now));
        Assert.Equal(Reset, left.GetShortUntil(new(101, 10), Now));
        Assert.Equal(Reset.AddSeconds(5), left.GetShortUntil(new(101, 11), Now));
    }

    [Fact]
    public void GetShortUntil_ResetPassed_IsNull() =>
        Assert.Null(new Remainders(new(0, Reset), new(0, Now), null, null).GetShortUntil(default, Reset));

    [Fact]
    public void SetRemainders_OfADeployment_LeaveItAvailable()
    {
        var bench = new HealthBench();
        var state = bench.Get();
        state.SetRemainders(new(new(0, bench.Now.AddSeconds(20)), null, null, null));
        Assert.Equal(bench.Now.AddSeconds(20), state.GetShortUntil(default, bench.Now));
        Assert.Null(state.GetSkipReason(bench.Now));
        Assert.NotNull(state.TryBegin(bench.Now, HealthBench.Limit));
    }
}
