using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

public sealed class AvailabilityReporterTests : IDisposable
{
    private readonly AvailabilityBench _bench = new();

    [Fact]
    public async Task Report_SimulatedOutage_MatchesTheFormulasToTheTick()
    {
        _bench.Live(1_000);
        _bench.Health.Opened();
        _bench.Live(36);
        _bench.Health.Succeed(_bench.East);
        _bench.Live(2_565);
        await _bench.RecordAsync();

        var report = await ReportAsync();
        var east = report.Whole.Deployments.Single(one => one.Deployment.Endpoint == "east");
        Assert.Equal((3_564, 36, 1), (east.Figures.Up.TotalSeconds, east.Figures.Down.TotalSeconds, east.Figures.Incidents));
        Assert.Equal(0.99, east.Figures.Availability!.Value, 12);
        Assert.Equal(1, Assert.Single(report.Whole.Models).Figures.Availability);
        Assert.Equal("status", Assert.Single(report.Incidents).Cause);
    }

    [Fact]
    public async Task Report_OwnSheetIsStoredToo_CountsItOnce()
    {
        _bench.Live(60);
        _bench.Tally.AddRequest("gpt", RequestFate.Answered, TimeSpan.FromSeconds(1));
        await _bench.WriteAsync();
        _bench.Tally.AddRequest("gpt", RequestFate.Unanswered, null);
        var model = Assert.Single((await ReportAsync()).Whole.Models);
        Assert.Equal((1, 1, 1), (model.Requests.Answered, model.Requests.Unanswered, model.Requests.Failovers.Count));
    }

    [Fact]
    public async Task Report_OtherInstances_AreAddedAndOutliveThem()
    {
        using (var other = new AvailabilityBench(_bench))
        {
            other.Live(600);
            other.Tally.AddRequest("gpt", RequestFate.Answered, null);
            await other.WriteAsync();
        }

        _bench.Live(100);
        _bench.Tally.AddRequest("gpt", RequestFate.Answered, null);
        var whole = (await ReportAsync()).Whole;
        Assert.Equal(2, whole.Models.Single().Requests.Answered);
        Assert.All(whole.Deployments, one => Assert.Equal(699, one.Figures.Up.TotalSeconds));
    }

    [Fact]
    public async Task Report_ByHour_HasASliceForEachAndTheyAddUp()
    {
        _bench.Live(3_000);
        _bench.Health.Opened();
        _bench.Live(1_200);
        _bench.Health.Succeed(_bench.East);
        await _bench.WriteAsync();
        _bench.Live(3_600);
        await _bench.RecordAsync();
        var now = _bench.Time.GetUtcNow();
        var report = await _bench.Reporter.ReportAsync(AvailabilityBench.Begin.AddMinutes(30), now, byHour: true, CancellationToken.None);
        Assert.Equal([30, 60, 10], report.Hours.Select(hour => (hour.To - hour.From).TotalMinutes));
        var downs = report.Hours.Select(hour => hour.Deployments[0].Figures.Down).ToArray();
        Assert.Equal([600, 600, 0], downs.Select(down => down.TotalSeconds));
        Assert.Equal(report.Whole.Deployments[0].Figures.Down, downs.Aggregate((a, b) => a + b));
    }

    [Fact]
    public async Task Report_StoreIsOut_SaysSo()
    {
        _bench.Store.Down = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(ReportAsync);
    }

    public void Dispose() => _bench.Dispose();

    private Task<AvailabilityReport> ReportAsync() =>
        _bench.Reporter.ReportAsync(AvailabilityBench.Begin, _bench.Time.GetUtcNow(), byHour: false, CancellationToken.None);
}
