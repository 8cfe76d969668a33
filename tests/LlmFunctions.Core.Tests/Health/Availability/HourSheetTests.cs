using System.Text.Json;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

public sealed class HourSheetTests
{
    private static readonly DateTimeOffset Hour = new(2026, 3, 4, 5, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);

    [Fact]
    public void HourOf_AnyOffset_IsTheHourInUtc() =>
        Assert.Equal(Hour, HourSheet.HourOf(new DateTimeOffset(2026, 3, 4, 8, 29, 59, TimeSpan.FromHours(2.5))));

    [Fact]
    public void Parse_OfItsJson_IsTheSame()
    {
        var sheet = Sheet("gpt@east", [At(0, 100)], [At(7, 8)], new(1, 2, 3, 4, FailoverTimes.Of(TimeSpan.FromSeconds(1.5))));
        var read = HourSheet.Parse(sheet.ToJson());
        Assert.Equal([At(0, 100)], read.Deployments["gpt@east"].SeenIn(Hour));
        Assert.Equal([At(7, 8)], read.Deployments["gpt@east"].ThrottledIn(Hour));
        var model = read.Models["gpt"];
        Assert.Equal((1, 2, 3, 4), (model.Answered, model.Unanswered, model.Broken, model.Queued));
        Assert.Equal((1, TimeSpan.FromSeconds(1.5)), (model.Failovers.Count, model.Failovers.Longest));
    }

    [Fact]
    public void Add_SeveralInstances_DependsOnNoOrder()
    {
        var sheets = new[]
        {
            Sheet("gpt@east", [At(0, 60)], [At(10, 20)], new(1, 0, 0, 0, FailoverTimes.None)),
            Sheet("gpt@east", [At(30, 400), At(1_000, 1_000)], [At(15, 30)], new(2, 1, 0, 0, FailoverTimes.Of(TimeSpan.FromSeconds(1)))),
            Sheet("gpt@west", [At(5, 6)], [], new(0, 0, 1, 1, FailoverTimes.None)),
        };
        foreach (var order in (int[][])[[0, 1, 2], [2, 1, 0], [1, 0, 2]])
        {
            var sum = order.Select(i => sheets[i]).Aggregate((one, other) => one.Add(Hour, other, Hold));
            Assert.Equal([At(0, 400), At(1_000, 1_000)], sum.Deployments["gpt@east"].SeenIn(Hour));
            Assert.Equal([At(10, 30)], sum.Deployments["gpt@east"].ThrottledIn(Hour));
            Assert.Equal([At(5, 6)], sum.Deployments["gpt@west"].SeenIn(Hour));
            Assert.Equal((3, 1, 1, 1, 1), (sum.Models["gpt"].Answered, sum.Models["gpt"].Unanswered, sum.Models["gpt"].Broken, sum.Models["gpt"].Queued, sum.Models["gpt"].Failovers.Count));
        }
    }

    [Fact]
    public void Parse_OfItsJson_KnowsWhenAStandbyWasNotReady()
    {
        var learnt = DeploymentHour.Of(Hour, [], [], Hold, [At(0, 40), At(40, 60)], [At(60, 90)]);
        var sheet = new HourSheet(new Dictionary<string, DeploymentHour> { ["gpt@cold"] = learnt }, new Dictionary<string, ModelHour>());
        var read = HourSheet.Parse(sheet.ToJson()).Deployments["gpt@cold"];
        Assert.Equal([At(0, 60)], read.StandingByIn(Hour));
        Assert.Equal([At(60, 90)], read.AwaitedIn(Hour));
    }

    [Fact]
    public void Parse_WrittenBeforeThereWereStandbys_HasNone()
    {
        var read = HourSheet.Parse("""{"deployments":{"gpt@east":{"seen":[0,1000],"throttled":[]}},"models":{}}""").Deployments["gpt@east"];
        Assert.Equal([At(0, 1)], read.SeenIn(Hour));
        Assert.Empty(read.StandingByIn(Hour).Concat(read.AwaitedIn(Hour)));
        Assert.Equal("""{"seen":[0,1000],"throttled":[]}""", JsonSerializer.Serialize(read, AvailabilityJson.Default.DeploymentHour));
    }

    [Fact]
    public void Add_StandbysOfSeveralInstances_IsPutTogether()
    {
        var (one, two) = (DeploymentHour.Of(Hour, [], [], Hold, [At(0, 40)], [At(40, 50)]), DeploymentHour.Of(Hour, [], [], Hold, [At(10, 41)], [At(41, 70)]));
        foreach (var sum in (DeploymentHour[])[one.Add(Hour, two, Hold), two.Add(Hour, one, Hold)])
        {
            Assert.Equal([At(0, 41)], sum.StandingByIn(Hour));
            Assert.Equal([At(40, 70)], sum.AwaitedIn(Hour));
        }
    }

    [Fact]
    public void Add_ManyInstances_GrowsNoFurtherThanTheHour()
    {
        var one = HourSheet.Empty;
        for (var i = 0; i < 500; i++)
            one = one.Add(Hour, Sheet("gpt@east", [At(i * 7, (i * 7) + 1)], [At((i * 7) + 2, (i * 7) + 3)], ModelHour.None), Hold);
        Assert.Single(one.Deployments["gpt@east"].SeenIn(Hour));
        Assert.InRange(one.Deployments["gpt@east"].ThrottledIn(Hour).Count(), 1, 60);
        Assert.InRange(one.ToJson().Length, 1, 2_000);
    }

    private static HourSheet Sheet(string deployment, Period[] seen, Period[] throttled, ModelHour model) => new(
        new Dictionary<string, DeploymentHour> { [deployment] = DeploymentHour.Of(Hour, seen, throttled, Hold) },
        new Dictionary<string, ModelHour> { ["gpt"] = model });

    private static Period At(int from, int to) => new(Hour.AddSeconds(from), Hour.AddSeconds(to));
}
