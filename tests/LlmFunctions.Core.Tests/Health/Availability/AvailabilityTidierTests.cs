using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

public sealed class AvailabilityTidierTests : IDisposable
{
    private readonly AvailabilityBench _bench = new();
    private readonly FakeHealthStore _health = new();
    private readonly AvailabilityTidier _tidier;

    public AvailabilityTidierTests() => _tidier = new(
        _bench.Store,
        _bench.Health.Registry,
        new(_health, _bench.Health.Registry, _bench.Time, _bench.Health.Options, new ListLogger<HealthRefresher>()),
        _bench.Options,
        _bench.Time);

    [Fact]
    public async Task Run_Hours_MergesThoseNobodyWritesAnyMoreAndRemovesThoseKeptLongEnough()
    {
        _bench.Time.Advance(TimeSpan.FromMinutes(150));
        await _tidier.RunAsync(CancellationToken.None);
        // At 07:30 an instance may still write the hour of 06:00; that of 05:00 was last written at 07:00, by its own clock.
        Assert.Equal(AvailabilityBench.Begin, _bench.Store.Merged?.Until);
        _bench.Time.Advance(TimeSpan.FromMinutes(30));
        await _tidier.RunAsync(CancellationToken.None);
        Assert.Equal(AvailabilityBench.Begin.AddHours(1), _bench.Store.Merged?.Until);
        Assert.Equal(_bench.Time.GetUtcNow() - TimeSpan.FromDays(400), _bench.Store.PurgedBefore);
    }

    [Fact]
    public async Task Run_IncidentsThatGoOn_StayOpen()
    {
        _bench.Health.Opened();
        _bench.Health.Report(_bench.West, new HealthSignal.Misconfigured("401"));
        _bench.West.SetDraining(true);
        await _bench.RecordAsync();
        _bench.Time.Advance(TimeSpan.FromMinutes(20));
        await _tidier.RunAsync(CancellationToken.None);
        Assert.Equal([null, null, null], _bench.Store.Incidents.Select(incident => incident.EndedAt));
    }

    [Fact]
    public async Task Run_StandbyStillCannotBeStarted_GoesOnUntilItsRowSaysOtherwise()
    {
        _bench.Health.Apply(HealthBench.Config("gpt@west"), StandbyWorld.Deployment("gpt", StandbyWorld.Cold, 1, StandbyWorld.Standby));
        var row = new StandbyRow { Endpoint = StandbyWorld.Cold, FailingSince = _bench.Time.GetUtcNow(), Version = 1 };
        _bench.Health.Registry.Merge(row);
        await _bench.Store.OpenIncidentAsync(
            new(AvailabilityBench.Id("gpt@cold"), IncidentKind.StandbyFailed, "the start hook failed: 503", _bench.Time.GetUtcNow(), null), CancellationToken.None);
        _bench.Time.Advance(TimeSpan.FromMinutes(20));
        await _tidier.RunAsync(CancellationToken.None);
        Assert.Null(Assert.Single(_bench.Store.Incidents).EndedAt);
        _bench.Health.Registry.Merge(row with { FailingSince = null, Version = 2 });
        await _tidier.RunAsync(CancellationToken.None);
        Assert.Equal(_bench.Time.GetUtcNow(), Assert.Single(_bench.Store.Incidents).EndedAt);
    }

    [Fact]
    public async Task Run_NobodyToldOfTheirEnd_EndsThem()
    {
        foreach (var kind in Enum.GetValues<IncidentKind>())
            await _bench.Store.OpenIncidentAsync(new(_bench.East.Id, kind, "lost", _bench.Time.GetUtcNow(), null), CancellationToken.None);
        await _bench.Store.OpenIncidentAsync(new(AvailabilityBench.Id("gone@east"), IncidentKind.Circuit, "removed", _bench.Time.GetUtcNow(), null), CancellationToken.None);
        await _tidier.RunAsync(CancellationToken.None);
        Assert.All(_bench.Store.Incidents, incident => Assert.Null(incident.EndedAt));
        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        await _tidier.RunAsync(CancellationToken.None);
        Assert.Equal(5, _bench.Store.Incidents.Count);
        Assert.All(_bench.Store.Incidents, incident => Assert.Equal(_bench.Time.GetUtcNow(), incident.EndedAt));
    }

    [Fact]
    public async Task Run_SharedHealthIsNotKnown_EndsNothing()
    {
        _health.Down = true;
        await _bench.Store.OpenIncidentAsync(new(_bench.East.Id, IncidentKind.Circuit, "x", _bench.Time.GetUtcNow(), null), CancellationToken.None);
        _bench.Time.Advance(TimeSpan.FromMinutes(2));
        await _tidier.RunAsync(CancellationToken.None);
        Assert.Null(Assert.Single(_bench.Store.Incidents).EndedAt);
    }

    public void Dispose() => _bench.Dispose();
}
