using System.Globalization;
using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Azure.Health;

/// <summary>Leases of regular probes and their daily budget in the table <c>{prefix}probes</c>.</summary>
public sealed class TableProbeLedger : IProbeLedger
{
    private const int Tries = 5;

    private readonly TableClient _table;
    private readonly CreateOnce _creation;

    public TableProbeLedger(StorageClients clients)
    {
        _table = clients.Tables.GetTableClient($"{clients.Prefix}probes");
        _creation = new(token => _table.CreateIfNotExistsAsync(token));
    }

    public Task<bool> TryLeaseAsync(
        string endpoint, string holder, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("lease the probe of an endpoint", async () =>
        {
            var entity = await ReadAsync("lease", TableKey.Encode(endpoint), cancellationToken);
            if (entity.GetDateTimeOffset("Until") > now && entity.GetString("Holder") != holder)
                return false;
            (entity["Holder"], entity["Until"]) = (holder, now + duration);
            // Who loses the race finds the lease taken.
            return await TryWriteAsync(entity, cancellationToken);
        }, cancellationToken);

    public Task<bool> TrySpendAsync(DateOnly day, int tokens, int budget, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("count the tokens of probes", async () =>
        {
            for (var tries = 0; tries < Tries; tries++)
            {
                var entity = await ReadAsync("budget", day.ToString("O", CultureInfo.InvariantCulture), cancellationToken);
                var spent = (entity.GetInt64("Spent") ?? 0) + tokens;
                if (spent > budget)
                    return false;
                entity["Spent"] = spent;
                if (await TryWriteAsync(entity, cancellationToken))
                    return true;
            }

            // So many spend at once that the deployment does not need this one.
            return false;
        }, cancellationToken);

    private async Task<TableEntity> ReadAsync(string partition, string key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value! : new(partition, key);
    }

    private async Task<bool> TryWriteAsync(TableEntity entity, CancellationToken cancellationToken)
    {
        await _creation.EnsureAsync(cancellationToken);
        try
        {
            if (entity.ETag == default)
                await _table.AddEntityAsync(entity, cancellationToken);
            else
                await _table.UpdateEntityAsync(entity, entity.ETag, TableUpdateMode.Replace, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Somebody deleted the row or the whole table.
            _creation.Forget();
            return false;
        }
    }
}
