using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

/// <summary>The worked example of docs/availability.md, and the edges of its formulas.</summary>
public sealed class AvailabilityFiguresTests
{
    [Fact]
    public void Figures_AYearWith8Point76HoursDown_IsThreeNines()
    {
        var (year, down) = (TimeSpan.FromHours(8_760), TimeSpan.FromHours(8.76));
        var figures = new AvailabilityFigures(year - down, down, 4);
        Assert.Equal(0.999, figures.Availability!.Value, 12);
        Assert.Equal(3, figures.Nines!.Value, 9);
        Assert.Equal(TimeSpan.FromHours(2.19), figures.TimeToRepair);
        Assert.Equal(TimeSpan.FromHours(2_187.81), figures.TimeBetweenFailures);
        Assert.Equal(figures.Availability.Value, figures.TimeBetweenFailures!.Value / (figures.TimeBetweenFailures.Value + figures.TimeToRepair!.Value), 12);
    }

    [Fact]
    public void Figures_NothingObserved_HaveNoValue()
    {
        var figures = new AvailabilityFigures(TimeSpan.Zero, TimeSpan.Zero, 0);
        Assert.Equal((null, null, null, null), (figures.Availability, figures.Nines, figures.TimeToRepair, figures.TimeBetweenFailures));
    }

    [Fact]
    public void Figures_NeverDown_AreOneWithoutABoundOnTheNines()
    {
        var figures = new AvailabilityFigures(TimeSpan.FromDays(1), TimeSpan.Zero, 0);
        Assert.Equal((1, null), (figures.Availability, figures.Nines));
    }

    [Fact]
    public void Figures_AlwaysDown_AreZeroNines()
    {
        var figures = new AvailabilityFigures(TimeSpan.Zero, TimeSpan.FromDays(1), 1);
        Assert.Equal((0, 0), (figures.Availability, figures.Nines));
    }

    [Fact]
    public void Figures_ATickDownInAYear_AreManyButCountableNines() =>
        Assert.InRange(new AvailabilityFigures(TimeSpan.FromDays(365), TimeSpan.FromTicks(1), 1).Nines!.Value, 14, 15);
}
