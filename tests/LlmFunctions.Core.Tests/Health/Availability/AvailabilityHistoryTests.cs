using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

public sealed class AvailabilityHistoryTests
{
    private static readonly DateTimeOffset Hour = AvailabilityBench.Begin;
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);

    [Fact]
    public void Slice_OneIncident_IsDownFromItsStartToItsEnd()
    {
        var east = Slice([Sheet(0, ("gpt@east", Seen(0, 3_600)))], Down("gpt@east", 100, 136)).Deployments.Single();
        Assert.Equal((3_564, 36, 1), (east.Figures.Up.TotalSeconds, east.Figures.Down.TotalSeconds, east.Figures.Incidents));
        Assert.Equal(0.99, east.Figures.Availability!.Value, 12);
        Assert.Equal(2, east.Figures.Nines!.Value, 9);
    }

    [Fact]
    public void Slice_NobodyLearntAnythingForAWhile_IsUnknownAndCountsNeitherWay()
    {
        var east = Slice([Sheet(0, ("gpt@east", [.. Seen(0, 1_000), .. Seen(2_000, 2_800)]))], Down("gpt@east", 900, 2_100)).Deployments.Single();
        Assert.Equal((900 + 700, 100 + 100, 3_600 - 1_800), (east.Figures.Up.TotalSeconds, east.Figures.Down.TotalSeconds, east.Unknown.TotalSeconds));
        Assert.Equal(1, east.Figures.Incidents);
    }

    [Fact]
    public void Slice_EvidenceOfSeveralInstances_IsPutTogether()
    {
        var east = Slice([Sheet(0, ("gpt@east", Seen(0, 0))), Sheet(0, ("gpt@east", Seen(250, 250))), Sheet(0, ("gpt@east", Seen(500, 500)))]).Deployments.Single();
        Assert.Equal(500, east.Figures.Up.TotalSeconds);
    }

    [Fact]
    public void Slice_EvidenceOnBothSidesOfTheHour_HoldsAcross()
    {
        var history = History([Sheet(0, ("gpt@east", Seen(3_000, 3_500))), Sheet(1, ("gpt@east", Seen(100, 200)))]);
        Assert.Equal(800, history.Slice(Hour, Hour.AddHours(2)).Deployments.Single().Figures.Up.TotalSeconds);
        Assert.Equal(600, history.Slice(Hour, Hour.AddHours(1)).Deployments.Single().Figures.Up.TotalSeconds);
    }

    [Fact]
    public void Slice_Throttled_IsNeitherUpNorDownButDownForItAlone()
    {
        var sheet = new HourSheet(
            new Dictionary<string, DeploymentHour> { ["gpt@east"] = DeploymentHour.Of(Hour, Seen(0, 1_000), Seen(100, 300), Hold) },
            new Dictionary<string, ModelHour>());
        var east = Slice([(Hour, sheet)], Down("gpt@east", 250, 350)).Deployments.Single();
        Assert.Equal((750, 100, 150), (east.Figures.Up.TotalSeconds, east.Figures.Down.TotalSeconds, east.Throttled.TotalSeconds));
        Assert.Equal(0.75, east.Alone.Availability!.Value, 12);
        Assert.Equal(1, east.Alone.Incidents);
    }

    [Fact]
    public void Slice_Draining_IsLeftOut()
    {
        var incident = Down("gpt@east", 500, 700) with { Kind = IncidentKind.Draining };
        var east = Slice([Sheet(0, ("gpt@east", Seen(0, 3_600)))], incident, Down("gpt@east", 600, 800)).Deployments.Single();
        Assert.Equal((3_300, 100, 200, 0), (east.Figures.Up.TotalSeconds, east.Figures.Down.TotalSeconds, east.Draining.TotalSeconds, east.Unknown.TotalSeconds));
    }

    [Fact]
    public void Slice_IncidentsThatOverlap_AreOne()
    {
        var misconfigured = Down("gpt@east", 150, 300) with { Kind = IncidentKind.Misconfigured };
        var east = Slice([Sheet(0, ("gpt@east", Seen(0, 3_600)))], Down("gpt@east", 100, 200), misconfigured, Down("gpt@east", 900, 1_000)).Deployments.Single();
        Assert.Equal((300, 2), (east.Figures.Down.TotalSeconds, east.Figures.Incidents));
        Assert.Equal((TimeSpan.FromSeconds(150), TimeSpan.FromSeconds(1_650)), (east.Figures.TimeToRepair, east.Figures.TimeBetweenFailures));
    }

    [Fact]
    public void Slice_IncidentIsStillOpen_LastsUntilNow()
    {
        var open = Down("gpt@east", 3_000, 0) with { EndedAt = null };
        var history = AvailabilityHistory.Of([Sheet(0, ("gpt@east", Seen(0, 3_400)))], [open], Hold, Hour.AddSeconds(3_300));
        Assert.Equal(300, history.Slice(Hour, Hour.AddSeconds(3_300)).Deployments.Single().Figures.Down.TotalSeconds);
    }

    [Fact]
    public void Slice_OneOfTwoDeploymentsIsDown_TheModelIsUp()
    {
        var slice = Slice([Sheet(0, ("gpt@east", Seen(0, 3_600)), ("gpt@west", Seen(0, 3_600)))], Down("gpt@east", 0, 360), Down("gpt@west", 300, 400));
        var model = Assert.Single(slice.Models);
        Assert.Equal((3_540, 60, 1), (model.Figures.Up.TotalSeconds, model.Figures.Down.TotalSeconds, model.Figures.Incidents));
        Assert.Equal([0.9, 3_500 / 3_600.0], slice.Deployments.Select(one => one.Alone.Availability!.Value), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.True(model.Figures.Availability > slice.Deployments.Max(one => one.Alone.Availability));
    }

    [Fact]
    public void Slice_AllDownAcrossTheHour_IsOneIncidentOfTheModel()
    {
        var history = History([Sheet(0, ("gpt@east", Seen(0, 3_600))), Sheet(1, ("gpt@east", Seen(0, 3_600)))], Down("gpt@east", 3_000, 4_000));
        var model = history.Slice(Hour, Hour.AddHours(2)).Models.Single();
        Assert.Equal((1_000, 1), (model.Figures.Down.TotalSeconds, model.Figures.Incidents));
    }

    [Fact]
    public void Slice_OneDownAndNothingKnownOfTheOther_IsUnknownForTheModel()
    {
        var model = Slice([Sheet(0, ("gpt@east", Seen(0, 1_000)), ("gpt@west", []))], Down("gpt@east", 600, 1_000)).Models.Single();
        Assert.Equal((600, 0, 3_000), (model.Figures.Up.TotalSeconds, model.Figures.Down.TotalSeconds, model.Unknown.TotalSeconds));
    }

    [Fact]
    public void Slice_OneDrainedAndTheOtherDown_TheModelIsDownAndWithAllDrainedItIsNot()
    {
        var incidents = new[]
        {
            Down("gpt@east", 0, 1_000) with { Kind = IncidentKind.Draining },
            Down("gpt@west", 500, 700),
            Down("gpt@west", 700, 1_000) with { Kind = IncidentKind.Draining },
        };
        var model = Slice([Sheet(0, ("gpt@east", Seen(0, 1_000)), ("gpt@west", Seen(0, 1_000)))], incidents).Models.Single();
        Assert.Equal((500, 200), (model.Figures.Up.TotalSeconds, model.Figures.Down.TotalSeconds));
    }

    [Fact]
    public void Slice_DeploymentThatJoinsLater_CountsFromItsHour()
    {
        var history = History(
            [Sheet(0, ("gpt@east", Seen(0, 3_600))), Sheet(1, ("gpt@east", Seen(0, 3_600)), ("gpt@west", Seen(0, 3_600)))], Down("gpt@east", 3_500, 3_700));
        var model = history.Slice(Hour, Hour.AddHours(2)).Models.Single();
        Assert.Equal(100, model.Figures.Down.TotalSeconds);
    }

    [Fact]
    public void Slice_Requests_AreSummedOverTheHoursItTouches()
    {
        var history = History([Counted(0, 98, 1, 1), Counted(1, 100, 0, 0), Counted(2, 5, 5, 0)]);
        var model = history.Slice(Hour.AddMinutes(30), Hour.AddHours(2)).Models.Single();
        Assert.Equal((198, 1, 1), (model.Requests.Answered, model.Requests.Unanswered, model.Requests.Broken));
        Assert.Equal(0.99, model.SuccessRate!.Value, 12);
    }

    [Fact]
    public void Slice_NothingKnown_IsEmpty()
    {
        var slice = Slice([]);
        Assert.Empty(slice.Deployments);
        Assert.Empty(slice.Models);
    }

    private static AvailabilitySlice Slice(IEnumerable<(DateTimeOffset, HourSheet)> sheets, params Incident[] incidents) => History(sheets, incidents).Slice(Hour, Hour.AddHours(1));

    private static AvailabilityHistory History(IEnumerable<(DateTimeOffset, HourSheet)> sheets, params Incident[] incidents) =>
        AvailabilityHistory.Of(sheets, incidents, Hold, Hour.AddDays(1));

    private static (DateTimeOffset, HourSheet) Sheet(int hour, params (string Id, Period[] Seen)[] deployments) => (Hour.AddHours(hour), new(
        deployments.ToDictionary(one => one.Id, one => DeploymentHour.Of(Hour, one.Seen, [], Hold)), new Dictionary<string, ModelHour>()));

    private static (DateTimeOffset, HourSheet) Counted(int hour, int answered, int unanswered, int broken) => (Hour.AddHours(hour), new(
        new Dictionary<string, DeploymentHour>(), new Dictionary<string, ModelHour> { ["gpt"] = new(answered, unanswered, broken, 0, FailoverTimes.None) }));

    private static Period[] Seen(int from, int to) => [new(Hour.AddSeconds(from), Hour.AddSeconds(to))];

    private static Incident Down(string deployment, int from, int to) =>
        new(AvailabilityBench.Id(deployment), IncidentKind.Circuit, "status", Hour.AddSeconds(from), Hour.AddSeconds(to));
}
