using System.Globalization;
using LlmFunctions.Core.Health;
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

    [Theory]
    [InlineData("25.00:00:00")]
    [InlineData("00:00:00.0009")]
    public void Validate_TimeThatNoTimerTakes_SaysFromWhereToWhere(string interval) => Assert.Equal(
        ["Health:RefreshInterval must be from 00:00:00.001 to 24.00:00:00."],
        new PositiveNumbers<HealthOptions>("Health").Validate(null, new() { RefreshInterval = TimeSpan.Parse(interval, CultureInfo.InvariantCulture) }).Failures);

    [Fact]
    public void Validate_TimeThatIsOnlyCountedBack_MayBeLong() =>
        Assert.True(_validation.Validate(null, new() { Keep = TimeSpan.FromDays(400) }).Succeeded);
}
