using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

/// <summary>What a standby that is not ready means for its deployment and for the model.</summary>
public sealed class StandbyAvailabilityTests
{
    private static readonly DateTimeOffset Hour = AvailabilityBench.Begin;
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);

    [Fact]
    public void Slice_SwitchedOffAndNotNeeded_IsNeitherUpNorDownAndTheModelIsUp()
    {
        var slice = Slice([Sheet(Primary(), Cold([], standingBy: At(0, 3_600), awaited: []))]);
        var cold = Deployment(slice, "cold");
        Assert.Equal((0, 0, 3_600, 0), (cold.Figures.Up.TotalSeconds, cold.Figures.Down.TotalSeconds, cold.StandingBy.TotalSeconds, cold.Unknown.TotalSeconds));
        Assert.Equal((null, null, 0), (cold.Figures.Availability, cold.Alone.Availability, cold.Figures.Incidents));
        Assert.Equal((3_600, 0), Model(slice));
    }

    [Fact]
    public void Slice_PrimaryDownAndStandbyOff_TheModelIsDown()
    {
        var slice = Slice([Sheet(Primary(), Cold([], standingBy: At(0, 3_600), awaited: []))], Incident("gpt@east", 100, 130));
        Assert.Equal((3_570, 30), Model(slice));
        Assert.Equal(0, Deployment(slice, "cold").Figures.Down.TotalSeconds);
    }

    [Fact]
    public void Slice_AwaitedUntilReady_IsDownOnceForBothAndUpThereafter()
    {
        var sheet = Sheet(Primary(), Cold(At(500, 3_600), standingBy: At(0, 200), awaited: At(200, 500)));
        var slice = Slice([sheet], Incident("gpt@east", 190, 3_600));
        var cold = Deployment(slice, "cold");
        Assert.Equal((3_100, 300, 200), (cold.Figures.Up.TotalSeconds, cold.Figures.Down.TotalSeconds, cold.StandingBy.TotalSeconds));
        Assert.Equal((1, TimeSpan.FromSeconds(300)), (cold.Figures.Incidents, cold.Figures.TimeToRepair));
        Assert.Equal((190 + 3_100, 310), Model(slice));
        Assert.Equal(1, slice.Models.Single().Figures.Incidents);
    }

    [Fact]
    public void Slice_StartsFailed_TheIncidentAndTheTimeItWasAwaitedAreOne()
    {
        var sheet = Sheet(Primary(), Cold([], standingBy: [.. At(0, 200), .. At(900, 3_600)], awaited: At(200, 900)));
        var failed = Incident("gpt@cold", 201, 901) with { Kind = IncidentKind.StandbyFailed };
        var cold = Deployment(Slice([sheet], failed, Incident("gpt@east", 190, 900)), "cold");
        Assert.Equal((700, 1), (cold.Figures.Down.TotalSeconds, cold.Figures.Incidents));
        Assert.Equal((TimeSpan.FromSeconds(700), TimeSpan.Zero), (cold.Figures.TimeToRepair, cold.Figures.TimeBetweenFailures));
    }

    [Fact]
    public void Slice_SwitchedOffWithItsCircuitOpen_IsNotDown()
    {
        var sheet = Sheet(Primary(), Cold(At(0, 600), standingBy: At(600, 3_600), awaited: []));
        var cold = Deployment(Slice([sheet], Incident("gpt@cold", 500, 9_000)), "cold");
        Assert.Equal((500, 100, 3_000), (cold.Figures.Up.TotalSeconds, cold.Figures.Down.TotalSeconds, cold.StandingBy.TotalSeconds));
        Assert.Equal(1, cold.Figures.Incidents);
    }

    [Fact]
    public void Slice_SwitchedOffForLessThanEvidenceHolds_IsNotUpMeanwhile()
    {
        var sheet = Sheet(Primary(), Cold([.. At(0, 100), .. At(300, 3_600)], standingBy: At(100, 300), awaited: []));
        var slice = Slice([sheet], Incident("gpt@east", 0, 3_600));
        Assert.Equal(3_400, Deployment(slice, "cold").Figures.Up.TotalSeconds);
        Assert.Equal((3_400, 200), Model(slice));
    }

    [Fact]
    public void Slice_CircuitOpensAgainAfterATimeOff_IsTwoIncidents()
    {
        var sheet = Sheet(Primary(), Cold([.. At(0, 600), .. At(2_000, 2_100)], standingBy: At(600, 2_000), awaited: []));
        var cold = Deployment(Slice([sheet], Incident("gpt@cold", 500, 2_050)), "cold");
        Assert.Equal((150, 2), (cold.Figures.Down.TotalSeconds, cold.Figures.Incidents));
    }

    [Fact]
    public void Slice_InstancesDifferForAMoment_WhoNeededItCounts()
    {
        var slice = Slice(
            [Sheet(Primary(), Cold([], standingBy: At(0, 202), awaited: At(202, 300))), Sheet(Primary(), Cold([], standingBy: At(0, 200), awaited: At(200, 300)))],
            Incident("gpt@east", 190, 300));
        Assert.Equal((100, 200), (Deployment(slice, "cold").Figures.Down.TotalSeconds, Deployment(slice, "cold").StandingBy.TotalSeconds));
        Assert.Equal(110, Model(slice).Down);
    }

    [Fact]
    public void Slice_StandbyAlone_CountsOnlyTheTimeItWasNeededOrRan()
    {
        var sheet = Sheet(Primary(), Cold(At(300, 1_100), standingBy: [.. At(0, 100), .. At(1_100, 3_600)], awaited: At(100, 300)));
        var slice = Slice([sheet], Incident("gpt@east", 90, 900));
        Assert.Equal(0.8, Deployment(slice, "cold").Alone.Availability!.Value, 12);
        Assert.Equal(1 - (810 / 3_600.0), Deployment(slice, "east").Alone.Availability!.Value, 12);
    }

    [Fact]
    public void Slice_PrimaryDrainedAndStandbyNotReady_TheModelIsDownAndWithBothDrainedItIsNot()
    {
        var sheet = Sheet(Primary(), Cold([], standingBy: At(0, 100), awaited: At(100, 1_000)));
        var drained = Incident("gpt@east", 100, 1_000) with { Kind = IncidentKind.Draining };
        var both = Incident("gpt@cold", 400, 1_000) with { Kind = IncidentKind.Draining };
        var slice = Slice([sheet], drained, both);
        Assert.Equal((2_700, 300), Model(slice));
        Assert.Equal((300, 600), (Deployment(slice, "cold").Figures.Down.TotalSeconds, Deployment(slice, "cold").Draining.TotalSeconds));
    }

    [Fact]
    public void Slice_NothingKnownOfThePrimary_IsUnknownForTheModelWhateverTheStandby()
    {
        var sheet = Sheet(("gpt@east", DeploymentHour.None), Cold([], standingBy: At(0, 3_600), awaited: []));
        Assert.Equal((0, 0), Model(Slice([sheet])));
    }

    private static (double Up, double Down) Model(AvailabilitySlice slice) =>
        (slice.Models.Single().Figures.Up.TotalSeconds, slice.Models.Single().Figures.Down.TotalSeconds);

    private static DeploymentAvailability Deployment(AvailabilitySlice slice, string endpoint) => slice.Deployments.Single(one => one.Deployment.Endpoint == endpoint);

    private static AvailabilitySlice Slice(IEnumerable<(DateTimeOffset, HourSheet)> sheets, params Incident[] incidents) =>
        AvailabilityHistory.Of(sheets, incidents, Hold, Hour.AddDays(1)).Slice(Hour, Hour.AddHours(1));

    private static (DateTimeOffset, HourSheet) Sheet(params (string Id, DeploymentHour Hour)[] deployments) =>
        (Hour, new(deployments.ToDictionary(one => one.Id, one => one.Hour), new Dictionary<string, ModelHour>()));

    private static (string, DeploymentHour) Primary() => ("gpt@east", DeploymentHour.Of(Hour, At(0, 3_600), [], Hold));

    private static (string, DeploymentHour) Cold(Period[] seen, Period[] standingBy, Period[] awaited) =>
        ("gpt@cold", DeploymentHour.Of(Hour, seen, [], Hold, standingBy, awaited));

    private static Period[] At(int from, int to) => [new(Hour.AddSeconds(from), Hour.AddSeconds(to))];

    private static Incident Incident(string deployment, int from, int to) =>
        new(AvailabilityBench.Id(deployment), IncidentKind.Circuit, "status", Hour.AddSeconds(from), Hour.AddSeconds(to));
}
