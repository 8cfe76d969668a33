using Azure;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Azure.Health;

/// <summary>Availability in the tables <c>{prefix}availability</c> and <c>{prefix}incidents</c>.</summary>
public sealed class TableAvailabilityStore : IAvailabilityStore
{
    private readonly SheetTable _sheets;
    private readonly IncidentTable _incidents;
    private readonly CreateOnce _sheetCreation;
    private readonly CreateOnce _incidentCreation;

    public TableAvailabilityStore(StorageClients clients)
    {
        var (sheets, incidents) = (clients.Tables.GetTableClient($"{clients.Prefix}availability"), clients.Tables.GetTableClient($"{clients.Prefix}incidents"));
        (_sheets, _incidents) = (new(sheets), new(incidents));
        (_sheetCreation, _incidentCreation) = (new(token => sheets.CreateIfNotExistsAsync(token)), new(token => incidents.CreateIfNotExistsAsync(token)));
    }

    public Task WriteSheetAsync(string instance, DateTimeOffset hour, HourSheet sheet, CancellationToken cancellationToken) =>
        WriteAsync("write availability", _sheetCreation, () => _sheets.WriteAsync(instance, hour, sheet, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<StoredSheet>> ReadSheetsAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        ReadAsync("read availability", () => _sheets.ReadAsync(since, until, cancellationToken), cancellationToken);

    public Task MergeSheetsAsync(DateTimeOffset since, DateTimeOffset until, TimeSpan hold, CancellationToken cancellationToken) =>
        WriteAsync("merge availability", _sheetCreation, () => _sheets.MergeAsync(since, until, hold, cancellationToken), cancellationToken);

    public Task OpenIncidentAsync(Incident incident, CancellationToken cancellationToken) =>
        WriteAsync("begin an incident", _incidentCreation, () => _incidents.OpenAsync(incident, cancellationToken), cancellationToken);

    public Task CloseIncidentAsync(DeploymentId deployment, IncidentKind kind, DateTimeOffset endedAt, CancellationToken cancellationToken) =>
        WriteAsync("end an incident", _incidentCreation, () => _incidents.CloseAsync(deployment, kind, endedAt, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Incident>> ListOpenIncidentsAsync(CancellationToken cancellationToken) =>
        ReadAsync("list open incidents", () => _incidents.ListOpenAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Incident>> ListIncidentsAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        ReadAsync("list incidents", () => _incidents.ListAsync(since, until, cancellationToken), cancellationToken);

    public async Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await WriteAsync("remove old availability", _sheetCreation, () => _sheets.PurgeAsync(before, cancellationToken), cancellationToken);
        await WriteAsync("remove old incidents", _incidentCreation, () => _incidents.PurgeAsync(before, cancellationToken), cancellationToken);
    }

    private static Task<IReadOnlyList<T>> ReadAsync<T>(string operation, Func<Task<IReadOnlyList<T>>> read, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(operation, async () =>
        {
            try
            {
                return await read();
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                // Nothing was ever written: the table comes with the first write.
                return [];
            }
        }, cancellationToken);

    private static Task WriteAsync(string operation, CreateOnce creation, Func<Task> write, CancellationToken cancellationToken) =>
        StorageCall.RunAsync(operation, async () =>
        {
            await creation.EnsureAsync(cancellationToken);
            try
            {
                await write();
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                // Somebody deleted the table under us.
                creation.Forget();
                await creation.EnsureAsync(cancellationToken);
                await write();
            }
        }, cancellationToken);
}
