using Azure;
using Azure.Data.Tables;

namespace LlmFunctions.Azure.Health;

/// <summary>The one partition of the table <c>{prefix}health</c>: its rows, and the epoch that changes with every write of one.</summary>
internal sealed class HealthTable
{
    public const string EpochKey = "epoch";
    public const string EpochValue = "Value";

    private readonly CreateOnce _creation;

    public HealthTable(StorageClients clients)
    {
        Client = clients.Tables.GetTableClient($"{clients.Prefix}health");
        _creation = new(token => Client.CreateIfNotExistsAsync(token));
    }

    public TableClient Client { get; }

    public async Task<TableEntity?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var found = await Client.GetEntityIfExistsAsync<TableEntity>(HealthEntity.Partition, key, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Writes a row, with news also a new epoch. The row's new ETag, or null when somebody else has written, or deleted it.</summary>
    public async Task<ETag?> TryWriteAsync(TableTransactionAction row, bool isNews, CancellationToken cancellationToken)
    {
        await _creation.EnsureAsync(cancellationToken);
        var epoch = new TableEntity(HealthEntity.Partition, EpochKey) { [EpochValue] = Guid.NewGuid().ToString("N") };
        TableTransactionAction[] actions = isNews ? [row, new(TableTransactionActionType.UpsertReplace, epoch)] : [row];
        try
        {
            var answers = await Client.SubmitTransactionAsync(actions, cancellationToken);
            return answers.Value[0].Headers.ETag;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Somebody deleted the row or the whole table; the caller reads again and finds none.
            _creation.Forget();
            return null;
        }
    }
}
