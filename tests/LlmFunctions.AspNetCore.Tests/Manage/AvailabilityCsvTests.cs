using LlmFunctions.AspNetCore.Manage;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.AspNetCore.Tests.Manage;

public sealed class AvailabilityCsvTests
{
    private static readonly DateTimeOffset Hour = new(2026, 3, 4, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Write_DeploymentAndModel_HaveALineEach()
    {
        var lines = Lines(Slice("gpt", Hour));
        Assert.Equal(
            [
                "2026-03-04T05:00:00.000Z,2026-03-04T06:00:00.000Z,deployment,gpt@east,0.9,1,3240,360,0,0,600,0,1,360,3240,0.9,,,,,,,,,,",
                "2026-03-04T05:00:00.000Z,2026-03-04T06:00:00.000Z,model,gpt,0.9,1,3240,360,,,,0,1,360,3240,,98,1,1,3,0.98,1,0.5,0.5,0.5,0.5",
            ],
            lines);
    }

    [Fact]
    public void Write_NamesWithCommasAndQuotes_AreQuoted() =>
        Assert.Contains(",deployment,\"a,\"\"b\"\"@east\",0.9,", Lines(Slice("a,\"b\"", Hour))[0], StringComparison.Ordinal);

    [Fact]
    public void Write_ByHour_HasTheLinesOfEachHourInstead()
    {
        var lines = Lines(Slice("gpt", Hour), Slice("gpt", Hour), Slice("gpt", Hour.AddHours(1)));
        Assert.Equal(["05:00", "05:00", "06:00", "06:00"], lines.Select(line => line[11..16]));
    }

    private static string[] Lines(AvailabilitySlice whole, params AvailabilitySlice[] hours)
    {
        var csv = AvailabilityCsv.Write(AvailabilityView.Of(new(whole, hours, []), Hour.AddHours(9)));
        var lines = csv.Split("\r\n");
        Assert.Equal(26, lines[0].Split(',').Length);
        Assert.Equal("", lines[^1]);
        return lines[1..^1];
    }

    private static AvailabilitySlice Slice(string model, DateTimeOffset hour)
    {
        var figures = new AvailabilityFigures(TimeSpan.FromSeconds(3_240), TimeSpan.FromSeconds(360), 1);
        var requests = new ModelHour(98, 1, 1, 3, FailoverTimes.Of(TimeSpan.FromSeconds(0.5)));
        return new(
            hour,
            hour.AddHours(1),
            [new(new(model, "east"), figures, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(600), TimeSpan.Zero, figures)],
            [new(model, figures, TimeSpan.Zero, requests)]);
    }
}
