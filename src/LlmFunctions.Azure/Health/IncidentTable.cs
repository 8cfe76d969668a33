using System.Globalization;
using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Azure.Health;

/// <summary>Incidents in the table <c>{prefix}incidents</c>: the open ones in the partition <c>open</c>, the others in one for the month
/// they ended in, such as <c>202603</c>, so that what ended before a report begins is not read.</summary>
internal sealed class IncidentTable(TableClient table)
{
    private const string Open = "open";
    private const string RowNotFound = "ResourceNotFound";
    private const int Tries = 5;

    private static readonly string[] Keys = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];

    public async Task OpenAsync(Incident incident, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var open = await FindOpenAsync(incident.Deployment, incident.Kind, cancellationToken);
            if (open is not null && ToIncident(open).StartedAt <= incident.StartedAt)
                return;
            var entity = ToEntity(Open, OpenKeyOf(incident.Deployment, incident.Kind), incident);
            if (await TryWriteAsync(() => open is null
                ? table.AddEntityAsync(entity, cancellationToken)
                : table.UpdateEntityAsync(entity, open.ETag, TableUpdateMode.Replace, cancellationToken)))
                return;
        }
    }

    public async Task CloseAsync(DeploymentId deployment, IncidentKind kind, DateTimeOffset endedAt, CancellationToken cancellationToken)
    {
        if (await FindOpenAsync(deployment, kind, cancellationToken) is not { } open)
            return;
        var incident = ToIncident(open);
        var ended = incident with { EndedAt = endedAt > incident.StartedAt ? endedAt : incident.StartedAt };
        // Where it breaks off between the two, the closed one counts, and the open one is removed by the next to close it.
        await TryWriteAsync(() => table.AddEntityAsync(ToEntity(MonthOf(ended.EndedAt.Value), ClosedKeyOf(ended), ended), cancellationToken));
        await TryWriteAsync(() => table.DeleteEntityAsync(open.PartitionKey, open.RowKey, open.ETag, cancellationToken));
    }

    public async Task<IReadOnlyList<Incident>> ListOpenAsync(CancellationToken cancellationToken)
    {
        var open = new List<Incident>();
        await foreach (var entity in table.QueryAsync<TableEntity>($"PartitionKey eq '{Open}'", cancellationToken: cancellationToken))
            open.Add(ToIncident(entity));
        return open;
    }

    public async Task<IReadOnlyList<Incident>> ListAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {MonthOf(since)} and PartitionKey le {Open} and StartedAt lt {until}");
        var found = new Dictionary<(DeploymentId, IncidentKind, DateTimeOffset), Incident>();
        await foreach (var entity in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            var incident = ToIncident(entity);
            var key = (incident.Deployment, incident.Kind, incident.StartedAt);
            // What is there both open and ended has ended.
            if (!(incident.EndedAt < since) && found.GetValueOrDefault(key)?.EndedAt is null)
                found[key] = incident;
        }

        return [.. found.Values.OrderBy(incident => incident.StartedAt)];
    }

    /// <summary>A page at a time: the rest is found the next time.</summary>
    public async Task PurgeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = TableClient.CreateQueryFilter($"PartitionKey lt {MonthOf(before)}");
        await foreach (var page in table.QueryAsync<TableEntity>(old, select: Keys, cancellationToken: cancellationToken).AsPages())
        {
            foreach (var entity in page.Values)
                await table.DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ETag.All, cancellationToken);
            return;
        }
    }

    private async Task<TableEntity?> FindOpenAsync(DeploymentId deployment, IncidentKind kind, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Open, OpenKeyOf(deployment, kind), cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>False when another was faster.</summary>
    private static async Task<bool> TryWriteAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 || e.ErrorCode == RowNotFound)
        {
            return false;
        }
    }

    private static string OpenKeyOf(DeploymentId deployment, IncidentKind kind) => $"{kind}.{TableKey.Encode(deployment.ToString())}";

    private static string ClosedKeyOf(Incident incident) =>
        string.Create(CultureInfo.InvariantCulture, $"{incident.StartedAt.UtcTicks:D19}.{OpenKeyOf(incident.Deployment, incident.Kind)}");

    private static string MonthOf(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyyMM", CultureInfo.InvariantCulture);

    private static TableEntity ToEntity(string partition, string key, Incident incident) => new(partition, key)
    {
        ["Model"] = incident.Deployment.Model,
        ["Endpoint"] = incident.Deployment.Endpoint,
        [nameof(incident.Kind)] = incident.Kind.ToString(),
        [nameof(incident.Cause)] = incident.Cause,
        [nameof(incident.StartedAt)] = incident.StartedAt,
        [nameof(incident.EndedAt)] = incident.EndedAt,
    };

    private static Incident ToIncident(TableEntity entity) => new(
        new(entity.GetString("Model"), entity.GetString("Endpoint")),
        Enum.Parse<IncidentKind>(entity.GetString(nameof(Incident.Kind))),
        entity.GetString(nameof(Incident.Cause)),
        entity.GetDateTimeOffset(nameof(Incident.StartedAt)) ?? default,
        entity.GetDateTimeOffset(nameof(Incident.EndedAt)));
}
