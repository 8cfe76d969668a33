using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests;

public sealed class PositiveNumbersTests
{
    private readonly PositiveNumbers<DecisionOptions> _validation = new("Decisions");

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Validate_WithinItsRange_IsTaken(double share) => Assert.True(_validation.Validate(null, new() { Share = share }).Succeeded);

    [Theory]
    [InlineData(1.01)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Validate_OutsideItsRange_SaysWhatToWrite(double share) =>
        Assert.Equal(["Decisions:Share must be from 0 to 1."], _validation.Validate(null, new() { Share = share }).Failures);

    [Fact]
    public void Validate_NotPositive_SaysEveryOne() => Assert.Equal(
        ["Decisions:Keep must be above zero.", "Decisions:Buffer must be above zero."],
        _validation.Validate(null, new() { Keep = TimeSpan.Zero, Buffer = -1 }).Failures);
}
