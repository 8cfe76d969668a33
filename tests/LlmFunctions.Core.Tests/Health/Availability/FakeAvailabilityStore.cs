using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

/// <summary>Hours and incidents in memory, with the storage's outages. Thread-safe.</summary>
internal sealed class FakeAvailabilityStore : IAvailabilityStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Instance, DateTimeOffset Hour), HourSheet> _sheets = [];
    private readonly List<Incident> _incidents = [];

    public bool Down { get; set; }

    public int Writes { get; private set; }

    public (DateTimeOffset Since, DateTimeOffset Until)? Merged { get; private set; }

    public DateTimeOffset? PurgedBefore { get; private set; }

    public IReadOnlyList<Incident> Incidents
    {
        get { lock (_lock) return [.. _incidents]; }
    }

    public IReadOnlyList<StoredSheet> Sheets
    {
        get { lock (_lock) return [.. _sheets.Select(sheet => new StoredSheet(sheet.Key.Hour, sheet.Key.Instance, sheet.Value))]; }
    }

    public Task WriteSheetAsync(string instance, DateTimeOffset hour, HourSheet sheet, CancellationToken cancellationToken) =>
        CallAsync(() => _sheets[(instance, hour)] = HourSheet.Parse(sheet.ToJson()));

    public async Task<IReadOnlyList<StoredSheet>> ReadSheetsAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await CallAsync(() => 0);
        return [.. Sheets.Where(sheet => sheet.Hour >= HourSheet.HourOf(since) && sheet.Hour < until)];
    }

    public Task MergeSheetsAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan hold, CancellationToken cancellationToken) =>
        CallAsync(() => Merged = (since, until));

    public Task OpenIncidentAsync(Incident incident, CancellationToken cancellationToken) => CallAsync(() =>
    {
        if (_incidents.All(one => one.EndedAt is not null || one.Deployment != incident.Deployment || one.Kind != incident.Kind))
            _incidents.Add(incident);
        return Writes++;
    });

    public Task CloseIncidentAsync(DeploymentId deployment, IncidentKind kind, DateTimeOffset endedAt, CancellationToken cancellationToken) => CallAsync(() =>
    {
        var open = _incidents.FindIndex(one => one.EndedAt is null && one.Deployment == deployment && one.Kind == kind);
        if (open >= 0)
            _incidents[open] = _incidents[open] with { EndedAt = endedAt };
        return Writes++;
    });

    public async Task<IReadOnlyList<Incident>> ListOpenIncidentsAsync(CancellationToken cancellationToken)
    {
        await CallAsync(() => 0);
        return [.. Incidents.Where(incident => incident.EndedAt is null)];
    }

    public async Task<IReadOnlyList<Incident>> ListIncidentsAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await CallAsync(() => 0);
        return [.. Incidents.Where(incident => incident.StartedAt < until && !(incident.EndedAt < since))];
    }

    public Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken) => CallAsync(() => PurgedBefore = before);

    private Task CallAsync<T>(Func<T> call)
    {
        lock (_lock)
        {
            if (Down)
                return Task.FromException(new StorageUnavailableException("down", new IOException()));
            call();
            return Task.CompletedTask;
        }
    }
}
