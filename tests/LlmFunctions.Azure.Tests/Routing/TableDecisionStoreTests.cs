using System.Security.Cryptography;
using LlmFunctions.Azure.Routing;
using LlmFunctions.Azure.Tests.Health;
using LlmFunctions.Core;
using LlmFunctions.Core.Routing;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Routing;

public sealed class TableDecisionStoreTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 12, 5, 6, 7, TimeSpan.Zero);

    private readonly StorageClients _clients = HealthTables.Create(azurite);

    [Fact]
    public async Task Read_WrittenByAnotherInstance_IsAsItWas()
    {
        var kept = New(Now);
        await WriteAsync(kept, New(Now));
        Assert.Equal(kept, await ReadAsync(kept.RequestId));
    }

    [Fact]
    public async Task Read_NeverWritten_IsNone()
    {
        Assert.Null(await ReadAsync(New(Now).RequestId));
        await WriteAsync(New(Now));
        Assert.Null(await ReadAsync(New(Now).RequestId));
        Assert.Null(await ReadAsync("../x"));
    }

    [Fact]
    public async Task Write_MoreThanOneTransactionHolds_KeepsAll()
    {
        var many = Enumerable.Range(0, 2_000).Select(_ => New(Now)).ToArray();
        await WriteAsync(many);
        foreach (var kept in many.Where((_, i) => i % 97 == 0))
            Assert.Equal(kept, await ReadAsync(kept.RequestId));
    }

    [Fact]
    public async Task Write_LargerThanOneTransaction_KeepsAll()
    {
        // Hardly to be compressed, in one partition: 40 of 200 KB are more than the 4 MiB that a transaction may have.
        var large = Enumerable.Range(0, 40)
            .Select(_ => New(Now) with { Json = Convert.ToBase64String(RandomNumberGenerator.GetBytes(150_000)) })
            .Select(kept => kept with { RequestId = kept.RequestId[..^1] + "a" }).ToArray();
        await WriteAsync(large);
        foreach (var kept in large.Where((_, i) => i % 13 == 0))
            Assert.Equal(kept, await ReadAsync(kept.RequestId));
    }

    [Fact]
    public async Task Write_SameRequestTwice_TheLastCounts()
    {
        var first = New(Now);
        var (second, third) = (first with { Json = "2" }, first with { Json = "3" });
        await WriteAsync(first, second);
        Assert.Equal(second, await ReadAsync(first.RequestId));
        await WriteAsync(third);
        Assert.Equal(third, await ReadAsync(first.RequestId));
    }

    [Fact]
    public async Task Write_OneThatNoRowCanHold_KeepsTheOthers()
    {
        var (huge, other) = (New(Now), New(Now));
        await WriteAsync(huge with { Json = Convert.ToBase64String(RandomNumberGenerator.GetBytes(1_000_000)) }, other);
        Assert.Null(await ReadAsync(huge.RequestId));
        Assert.Equal(other, await ReadAsync(other.RequestId));
    }

    [Fact]
    public async Task Write_TableWasDeletedUnderIt_MakesItAnew()
    {
        var store = new TableDecisionStore(_clients);
        await store.WriteAsync([New(Now)], CancellationToken.None);
        await _clients.Tables.DeleteTableAsync(DecisionDay.TableOf(_clients.Prefix, DateOnly.FromDateTime(Now.UtcDateTime)));
        var kept = New(Now);
        await store.WriteAsync([kept], CancellationToken.None);
        Assert.Equal(kept, await ReadAsync(kept.RequestId));
    }

    [Fact]
    public async Task Purge_DaysBefore_AreRemovedAndNothingElse()
    {
        var (old, older, kept) = (New(Now.AddDays(-8)), New(Now.AddDays(-90)), New(Now.AddDays(-7)));
        await WriteAsync(old, older, kept);
        var stranger = $"{_clients.Prefix}decisions2";
        await _clients.Tables.CreateTableIfNotExistsAsync(stranger);
        await new TableDecisionStore(_clients).PurgeAsync(new(2026, 3, 5), CancellationToken.None);
        Assert.Null(await ReadAsync(old.RequestId));
        Assert.Null(await ReadAsync(older.RequestId));
        Assert.Equal(kept, await ReadAsync(kept.RequestId));
        var tables = new List<string>();
        await foreach (var table in _clients.Tables.QueryAsync(table => table.Name.CompareTo(_clients.Prefix) >= 0))
            tables.Add(table.Name);
        Assert.Equal([stranger, $"{_clients.Prefix}decisions20260305"], tables.Where(name => name.StartsWith(DecisionDay.StartOf(_clients.Prefix), StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AnyCall_NothingListens_SaysThatStorageIsUnavailable()
    {
        var store = new TableDecisionStore(HealthTables.Nowhere());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.WriteAsync([New(Now)], CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ReadAsync(New(Now).RequestId, CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.PurgeAsync(new(2026, 3, 5), CancellationToken.None));
    }

    private static KeptDecision New(DateTimeOffset at) => new($"req_{Guid.CreateVersion7(at):N}", "team-a", """{"model":"gpt"}""");

    // Another store each time: nothing is kept in memory.
    private Task WriteAsync(params KeptDecision[] decisions) => new TableDecisionStore(_clients).WriteAsync(decisions, CancellationToken.None);

    private Task<KeptDecision?> ReadAsync(string id) => new TableDecisionStore(_clients).ReadAsync(id, CancellationToken.None);
}
