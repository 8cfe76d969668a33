using LlmFunctions.Azure.Health;
using LlmFunctions.Core;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Health;

public sealed class TableHealthStoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 891, TimeSpan.Zero);

    private readonly StorageClients _clients;
    private readonly TableHealthStore _store;

    public TableHealthStoreTests(AzuriteFixture azurite)
    {
        _clients = HealthTables.Create(azurite);
        _store = new(_clients);
    }

    public static TheoryData<string> Names => [
        "gpt-4o", "meta-llama/Llama 3.1", "a\\b#c?d", "模型-ü😀", "tab\tand\u0085control", "at@in@name", "it's 100%", "_2F", "epoch", "A", "a"];

    [Fact]
    public async Task Read_NoTableYet_IsEmptyAndCreatesNone()
    {
        Assert.Null(await _store.ReadEpochAsync(CancellationToken.None));
        Assert.Null(await _store.ReadAsync(new("gpt", "east"), CancellationToken.None));
        var all = await _store.ReadAllAsync(CancellationToken.None);
        Assert.Null(all.Epoch);
        Assert.Empty(all.Rows);
        Assert.Empty(_clients.Tables.Query(table => table.Name == $"{_clients.Prefix}health"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Write_AnyModelName_ReadsBackEveryMember(string model)
    {
        var row = Full(new(model, "east-1"));
        Assert.True(await _store.TryWriteAsync(row, CancellationToken.None));
        var stored = await _store.ReadAsync(row.Id, CancellationToken.None);
        Assert.Equal(row with { ETag = stored!.ETag }, stored);
        Assert.Equal([stored], (await _store.ReadAllAsync(CancellationToken.None)).Rows);
    }

    [Fact]
    public async Task Write_NamesThatDifferOnlyInCaseOrEscapes_AreDifferentRows()
    {
        var ids = Names.Select(name => new DeploymentId(name.Data, "east")).ToList();
        foreach (var id in ids)
            Assert.True(await _store.TryWriteAsync(new() { Id = id }, CancellationToken.None));
        var all = await _store.ReadAllAsync(CancellationToken.None);
        Assert.Equal(ids.ToHashSet(), all.Rows.Select(row => row.Id).ToHashSet());
    }

    [Fact]
    public async Task Write_MembersThatAreNullAgain_AreNullInTheTable()
    {
        var id = new DeploymentId("gpt", "east");
        await _store.TryWriteAsync(Full(id), CancellationToken.None);
        var stored = await _store.ReadAsync(id, CancellationToken.None);
        Assert.True(await _store.TryWriteAsync(new() { Id = id, ETag = stored!.ETag }, CancellationToken.None));
        stored = await _store.ReadAsync(id, CancellationToken.None);
        Assert.Equal(new() { Id = id, ETag = stored!.ETag }, stored);
    }

    [Fact]
    public async Task Write_EveryTime_ChangesTheEpoch()
    {
        var epochs = new HashSet<string?>();
        foreach (var model in new[] { "a", "b", "c" })
        {
            await _store.TryWriteAsync(new() { Id = new(model, "east") }, CancellationToken.None);
            epochs.Add(await _store.ReadEpochAsync(CancellationToken.None));
        }

        Assert.Equal(3, epochs.Count);
        Assert.DoesNotContain(null, epochs);
    }

    [Fact]
    public async Task WriteQuietly_RowOfThatETag_ChangesItAndNotTheEpoch()
    {
        var row = Full(new("gpt", "east"));
        Assert.True(await _store.TryWriteAsync(row, CancellationToken.None));
        var epoch = await _store.ReadEpochAsync(CancellationToken.None);
        var stored = await _store.ReadAsync(row.Id, CancellationToken.None);
        Assert.True(await _store.TryWriteQuietlyAsync(stored! with { LastSuccess = Now.AddSeconds(10) }, CancellationToken.None));
        Assert.False(await _store.TryWriteQuietlyAsync(stored! with { LastSuccess = Now.AddSeconds(20) }, CancellationToken.None));
        Assert.Equal(Now.AddSeconds(10), (await _store.ReadAsync(row.Id, CancellationToken.None))!.LastSuccess);
        Assert.Equal(epoch, await _store.ReadEpochAsync(CancellationToken.None));
    }

    [Fact]
    public async Task WriteQuietly_NoTableYet_MakesItAndLeavesItWithoutAnEpoch()
    {
        var row = new HealthRow { Id = new("gpt", "east"), LastSuccess = Now };
        Assert.True(await _store.TryWriteQuietlyAsync(row, CancellationToken.None));
        Assert.Equal(Now, (await _store.ReadAsync(row.Id, CancellationToken.None))!.LastSuccess);
        Assert.Null(await _store.ReadEpochAsync(CancellationToken.None));
        Assert.False(await _store.TryWriteQuietlyAsync(row, CancellationToken.None));
    }

    [Fact]
    public async Task Write_RowExistsAlready_IsRefusedAndLeavesTheEpoch()
    {
        var row = new HealthRow { Id = new("gpt", "east"), Generation = 1 };
        await _store.TryWriteAsync(row, CancellationToken.None);
        var epoch = await _store.ReadEpochAsync(CancellationToken.None);
        Assert.False(await _store.TryWriteAsync(row with { Generation = 2 }, CancellationToken.None));
        Assert.Equal(epoch, await _store.ReadEpochAsync(CancellationToken.None));
        Assert.Equal(1, (await _store.ReadAsync(row.Id, CancellationToken.None))!.Generation);
    }

    [Fact]
    public async Task Write_ETagOfAnOlderRow_IsRefused()
    {
        var row = new HealthRow { Id = new("gpt", "east") };
        await _store.TryWriteAsync(row, CancellationToken.None);
        var stored = await _store.ReadAsync(row.Id, CancellationToken.None);
        Assert.True(await _store.TryWriteAsync(stored! with { Generation = 1 }, CancellationToken.None));
        Assert.False(await _store.TryWriteAsync(stored! with { Generation = 9 }, CancellationToken.None));
        Assert.Equal(1, (await _store.ReadAsync(row.Id, CancellationToken.None))!.Generation);
    }

    [Fact]
    public async Task Write_TableWasDeleted_IsRefusedOnceAndThenMakesItAnew()
    {
        var row = new HealthRow { Id = new("gpt", "east") };
        await _store.TryWriteAsync(row, CancellationToken.None);
        var stored = await _store.ReadAsync(row.Id, CancellationToken.None);
        await _clients.Tables.DeleteTableAsync($"{_clients.Prefix}health");
        Assert.False(await _store.TryWriteAsync(stored!, CancellationToken.None));
        Assert.Null(await _store.ReadAsync(row.Id, CancellationToken.None));
        Assert.True(await _store.TryWriteAsync(row, CancellationToken.None));
    }

    [Fact]
    public async Task Write_ManyAtOnceToOneRow_OneWins()
    {
        await _store.TryWriteAsync(new() { Id = new("other", "east") }, CancellationToken.None);
        var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            _store.TryWriteAsync(new() { Id = new("gpt", "east"), Generation = i }, CancellationToken.None)));
        Assert.Single(won, true);
    }

    [Fact]
    public async Task AnyCall_NothingListens_SaysThatStorageIsUnavailable()
    {
        var store = new TableHealthStore(HealthTables.Nowhere());
        var id = new DeploymentId("gpt", "east");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ReadEpochAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ReadAllAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ReadAsync(id, CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.TryWriteAsync(new() { Id = id }, CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.TryWriteQuietlyAsync(new() { Id = id }, CancellationToken.None));
    }

    private static HealthRow Full(DeploymentId id) => new()
    {
        Id = id,
        Generation = 3_000_000_000,
        OpenUntil = Now.AddTicks(1),
        Breaks = 2,
        LastFailure = FailureKind.Malformed,
        OpenedByProbe = true,
        ClosedAt = Now.AddMinutes(-1),
        TrialId = new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
        TrialUntil = Now.AddSeconds(15).AddTicks(1),
        IsTrialLeftToCallers = true,
        IsLastResortTaken = true,
        ThrottledUntil = Now.AddSeconds(1),
        MisconfiguredUntil = Now.AddMinutes(5),
        MisconfiguredReason = "401 from «east»",
        Draining = true,
        LastSuccess = Now,
    };
}
