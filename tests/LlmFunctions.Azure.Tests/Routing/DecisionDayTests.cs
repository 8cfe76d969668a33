using LlmFunctions.Azure.Routing;

namespace LlmFunctions.Azure.Tests.Routing;

public sealed class DecisionDayTests
{
    [Fact]
    public void Of_AnIdAtTheEndOfADay_IsThatDay()
    {
        var last = new DateTimeOffset(2026, 3, 4, 23, 59, 59, 999, TimeSpan.Zero);
        Assert.Equal(new DateOnly(2026, 3, 4), DecisionDay.Of($"req_{Guid.CreateVersion7(last):N}"));
        Assert.Equal(new DateOnly(2026, 3, 5), DecisionDay.Of($"req_{Guid.CreateVersion7(last.AddMilliseconds(1)):N}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("req_")]
    [InlineData("req_0198c5d2e4f07abc8def0123456789")]
    [InlineData("abc_0198c5d2e4f07abc8def0123456789ab")]
    [InlineData("req_zz98c5d2e4f07abc8def0123456789ab")]
    [InlineData("req_ffffffffffff7abc8def0123456789ab")]
    [InlineData("req_/198c5d2e4f07abc8def0123456789ab")]
    public void Of_NoIdOfOurs_IsNone(string id) => Assert.Null(DecisionDay.Of(id));

    [Theory]
    [InlineData("llmrouterdecisions20260304", true)]
    [InlineData("llmrouterdecisions2026030", false)]
    [InlineData("llmrouterdecisions20261304", false)]
    [InlineData("llmrouterdecisions2decisions20260304", false)]
    [InlineData("llmrouterhealth", false)]
    public void OfTable_OtherTables_AreLeftAlone(string table, bool isOne) =>
        Assert.Equal(isOne ? new DateOnly(2026, 3, 4) : null, DecisionDay.OfTable("llmrouter", table));
}
