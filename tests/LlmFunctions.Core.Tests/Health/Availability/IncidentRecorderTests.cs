using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

public sealed class IncidentRecorderTests : IDisposable
{
    private readonly AvailabilityBench _bench = new();

    [Fact]
    public async Task Record_CircuitOpensAndCloses_IsOneIncidentFromTheFirstFailureToTheSuccess()
    {
        var first = _bench.Time.GetUtcNow();
        for (var i = 0; i < 3; i++, _bench.Time.Advance(TimeSpan.FromSeconds(1)))
            _bench.Health.Fail(_bench.East, 1, FailureKind.Timeout);
        await _bench.RecordAsync();
        Assert.Equal(new Incident(AvailabilityBench.Id("gpt@east"), IncidentKind.Circuit, "timeout", first, null), Assert.Single(_bench.Store.Incidents));

        var closed = Reopen(_bench, times: 2, FailureKind.Timeout);
        await _bench.RecordAsync();
        Assert.Equal((first, closed), (Assert.Single(_bench.Store.Incidents).StartedAt, _bench.Store.Incidents[0].EndedAt));
        Assert.Equal(2, _bench.Store.Writes);
    }

    [Fact]
    public async Task Record_OpenedByProbes_SaysSo()
    {
        for (var i = 0; i < 3; i++)
            _bench.East.ReportProbe(new HealthSignal.Failure(FailureKind.Connection), _bench.Time.GetUtcNow(), 0);
        await _bench.RecordAsync();
        Assert.Equal("probe: connection", Assert.Single(_bench.Store.Incidents).Cause);
    }

    [Fact]
    public async Task Record_TwoIncidents_AreTwo()
    {
        for (var i = 0; i < 2; i++)
        {
            _bench.Health.Opened();
            Reopen(_bench, times: 0);
        }

        await _bench.RecordAsync();
        Assert.Equal(2, _bench.Store.Incidents.Count);
        Assert.All(_bench.Store.Incidents, incident => Assert.NotNull(incident.EndedAt));
    }

    [Fact]
    public async Task Record_LearntFromAnother_IsTheOthersToRecord()
    {
        using var other = new AvailabilityBench(_bench);
        _bench.Health.Opened();
        other.East.Merge(_bench.East.ToRow());
        await other.RecordAsync();
        Assert.Empty(_bench.Store.Incidents);
    }

    [Fact]
    public async Task Record_OpenedHereAndClosedByAnother_IsEndedByTheOther()
    {
        using var other = new AvailabilityBench(_bench);
        _bench.Health.Opened();
        await _bench.RecordAsync();
        other.East.Merge(_bench.East.ToRow());
        var closed = Reopen(other, times: 1);
        await other.RecordAsync();
        Assert.Equal(closed, Assert.Single(_bench.Store.Incidents).EndedAt);
    }

    [Fact]
    public async Task Record_Misconfigured_LastsUntilItIsMendedAlsoBeyondItsTime()
    {
        var (wrong, state) = (_bench.Time.GetUtcNow(), _bench.East);
        _bench.Health.Report(state, new HealthSignal.Misconfigured("401 invalid_api_key"));
        _bench.Time.Advance(TimeSpan.FromMinutes(6));
        _bench.Health.Report(state, new HealthSignal.Misconfigured("401 invalid_api_key"));
        _bench.Time.Advance(TimeSpan.FromMinutes(7));
        var mended = _bench.Time.GetUtcNow();
        _bench.Health.Succeed(state);
        await _bench.RecordAsync();
        Assert.Equal(
            new Incident(AvailabilityBench.Id("gpt@east"), IncidentKind.Misconfigured, "401 invalid_api_key", wrong, mended), Assert.Single(_bench.Store.Incidents));
    }

    [Fact]
    public async Task Record_MisconfiguredAndNobodyAsks_IsKnownToBeDown()
    {
        _bench.Health.Report(_bench.East, new HealthSignal.Misconfigured("401"));
        await _bench.RecordAsync();
        _bench.Time.Advance(TimeSpan.FromSeconds(301));
        _bench.Health.Succeed(_bench.East);
        await _bench.RecordAsync();
        var report = await _bench.Reporter.ReportAsync(AvailabilityBench.Begin, _bench.Time.GetUtcNow(), byHour: false, CancellationToken.None);
        Assert.Equal(301, report.Whole.Deployments.Single(one => one.Deployment.Endpoint == "east").Figures.Down.TotalSeconds);
    }

    [Fact]
    public async Task Record_DrainedAndResumed_IsKeptApart()
    {
        _bench.East.SetDraining(true);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        _bench.East.SetDraining(false);
        await _bench.RecordAsync();
        var incident = Assert.Single(_bench.Store.Incidents);
        Assert.Equal((IncidentKind.Draining, false, TimeSpan.FromMinutes(1)), (incident.Kind, incident.IsDown, incident.EndedAt - incident.StartedAt));
    }

    [Fact]
    public async Task Record_StandbyCouldNotBeStarted_LastsFromTheFirstFailureWithItsCauseUntilItIsSettled()
    {
        var (row, first) = (_bench.East.ToRow(), _bench.Time.GetUtcNow());
        _bench.Health.Registry.Transitions.Add(new(row.Id, HealthChange.StandbyFailed, first, first, row, "the start hook failed: 503"));
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        _bench.Health.Registry.Transitions.Add(new(row.Id, HealthChange.StandbyFailed, _bench.Time.GetUtcNow(), first, row, "the start hook failed: 409"));
        await _bench.RecordAsync();
        var incident = new Incident(row.Id, IncidentKind.StandbyFailed, "the start hook failed: 503", first, null);
        Assert.Equal((incident, true), (Assert.Single(_bench.Store.Incidents), incident.IsDown));
        _bench.Health.Registry.Transitions.Add(new(row.Id, HealthChange.StandbySettled, _bench.Time.GetUtcNow(), null, row));
        await _bench.RecordAsync();
        Assert.Equal(incident with { EndedAt = first.AddSeconds(30) }, Assert.Single(_bench.Store.Incidents));
    }

    [Fact]
    public async Task Record_Throttled_IsNoIncidentButNoted()
    {
        _bench.Health.Report(_bench.East, new HealthSignal.Throttled(TimeSpan.FromSeconds(40)));
        await _bench.RecordAsync();
        Assert.Empty(_bench.Store.Incidents);
        var throttled = Assert.Single(_bench.Tally.Peek()[AvailabilityBench.Begin].Deployments["gpt@east"].ThrottledIn(AvailabilityBench.Begin));
        Assert.Equal(TimeSpan.FromSeconds(40), throttled.Length);
    }

    [Fact]
    public async Task Execute_StoreIsOutForTheWholeIncident_RecordsItAfterwards()
    {
        _bench.Store.Down = true;
        await _bench.Recorder.StartAsync(CancellationToken.None);
        var opened = _bench.Time.GetUtcNow();
        _bench.Health.Opened();
        await Eventually.TrueAsync(() => !_bench.RecorderLog.Lines.IsEmpty);
        var closed = Reopen(_bench, times: 1);
        _bench.Store.Down = false;
        await Eventually.TrueAsync(() => _bench.Store.Incidents.Any(incident => incident.EndedAt is not null), () => _bench.Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal((opened, closed), (_bench.Store.Incidents[0].StartedAt, _bench.Store.Incidents[0].EndedAt));
        await _bench.Recorder.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Record_StoreStaysOut_WaitsWithinBoundsAndSaysWhatWasLost()
    {
        _bench.Store.Down = true;
        for (var i = 0; i < 6_000; i++)
        {
            _bench.East.SetDraining(true);
            _bench.East.SetDraining(false);
        }

        Assert.False(await _bench.RecordAsync());
        Assert.False(await _bench.RecordAsync());
        Assert.Contains(_bench.RecorderLog.Lines, line => line.Message.StartsWith("2000 changes of incidents were lost", StringComparison.Ordinal));
        _bench.Store.Down = false;
        Assert.True(await _bench.RecordAsync());
        Assert.Equal(5_000, _bench.Store.Incidents.Count);
    }

    [Fact]
    public async Task Stop_SomeWait_RecordsThemFirst()
    {
        await _bench.Recorder.StartAsync(CancellationToken.None);
        _bench.Health.Opened();
        await _bench.Recorder.StopAsync(CancellationToken.None);
        Assert.Single(_bench.Store.Incidents);
    }

    public void Dispose() => _bench.Dispose();

    /// <summary>Fails so many trials and then succeeds; when that was.</summary>
    private static DateTimeOffset Reopen(AvailabilityBench bench, int times, FailureKind kind = FailureKind.Status)
    {
        for (var i = 0; i <= times; i++)
        {
            // Past the time that slow failures keep the trial for the prober.
            bench.Time.Advance(bench.East.ToRow().OpenUntil!.Value - bench.Time.GetUtcNow() + TimeSpan.FromSeconds(16));
            if (i < times)
                bench.Health.Fail(bench.East, 1, kind);
        }

        bench.Health.Succeed(bench.East);
        return bench.Time.GetUtcNow();
    }
}
