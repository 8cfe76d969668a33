using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Azure.Routing;

/// <summary>Decisions in tables <c>{prefix}decisions{day}</c>.</summary>
public sealed class TableDecisionStore(StorageClients clients) : IDecisionStore
{
    private const int MostPerTransaction = 100;
    private const int MostCharactersPerTransaction = 512 * 1024;
    private const int TransactionsAtOnce = 4;

    private readonly ConcurrentDictionary<DateOnly, CreateOnce> _creations = new();

    public Task WriteAsync(IReadOnlyCollection<KeptDecision> decisions, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("keep decisions", async () =>
        {
            var transactions = decisions
                .Select(decision => (Day: DecisionDay.Of(decision.RequestId), Decision: decision))
                .Where(one => one.Day is not null)
                .GroupBy(one => (Day: one.Day!.Value, Partition: DecisionEntity.PartitionOf(one.Decision.RequestId)), one => one.Decision)
                .SelectMany(group => Split(group).Select(part => (group.Key.Day, part)));
            var options = new ParallelOptions { MaxDegreeOfParallelism = TransactionsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(transactions, options, async (one, token) => await SubmitAsync(one.Day, one.part, token));
        }, cancellationToken);

    public Task<KeptDecision?> ReadAsync(string requestId, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("read a decision", async () =>
        {
            if (DecisionDay.Of(requestId) is not { } day)
                return null;
            var found = await TableOf(day).GetEntityIfExistsAsync<TableEntity>(
                DecisionEntity.PartitionOf(requestId), requestId, cancellationToken: cancellationToken);
            return found.HasValue ? DecisionEntity.ToDecision(found.Value!) : null;
        }, cancellationToken);

    public Task PurgeAsync(DateOnly day, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("remove old decisions", async () =>
        {
            var (from, to) = (DecisionDay.StartOf(clients.Prefix), DecisionDay.TableOf(clients.Prefix, day));
            var filter = TableClient.CreateQueryFilter($"TableName ge {from} and TableName lt {to}");
            await foreach (var table in clients.Tables.QueryAsync(filter, cancellationToken: cancellationToken))
            {
                if (DecisionDay.OfTable(clients.Prefix, table.Name) is not { } old || old >= day)
                    continue;
                await clients.Tables.DeleteTableAsync(table.Name, cancellationToken);
                _creations.TryRemove(old, out _);
            }
        }, cancellationToken);

    /// <summary>One row twice in a transaction is an error: the last counts.</summary>
    private static IEnumerable<IReadOnlyList<KeptDecision>> Split(IEnumerable<KeptDecision> decisions)
    {
        var (part, characters) = (new List<KeptDecision>(), 0);
        foreach (var decision in decisions.GroupBy(decision => decision.RequestId).Select(same => same.Last()))
        {
            if (part.Count == MostPerTransaction || (part.Count > 0 && characters + decision.Json.Length > MostCharactersPerTransaction))
            {
                yield return part;
                (part, characters) = ([], 0);
            }

            part.Add(decision);
            characters += decision.Json.Length;
        }

        yield return part;
    }

    private async Task SubmitAsync(DateOnly day, IReadOnlyList<KeptDecision> decisions, CancellationToken cancellationToken)
    {
        var actions = decisions.Select(DecisionEntity.TryCreate).OfType<TableEntity>()
            .Select(entity => new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity)).ToList();
        if (actions.Count == 0)
            return;
        var table = TableOf(day);
        var creation = _creations.GetOrAdd(day, _ => new(token => table.CreateIfNotExistsAsync(token)));
        await creation.EnsureAsync(cancellationToken);
        try
        {
            await table.SubmitTransactionAsync(actions, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Somebody deleted the table under us.
            creation.Forget();
            await creation.EnsureAsync(cancellationToken);
            await table.SubmitTransactionAsync(actions, cancellationToken);
        }
    }

    private TableClient TableOf(DateOnly day) => clients.Tables.GetTableClient(DecisionDay.TableOf(clients.Prefix, day));
}
