using LlmFunctions.Azure.Health;
using LlmFunctions.Core;
using LlmFunctions.Core.Health;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Health;

public sealed class TableStandbyStoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 891, TimeSpan.Zero);

    private readonly StorageClients _clients;
    private readonly TableStandbyStore _store;
    private readonly TableHealthStore _health;

    public TableStandbyStoreTests(AzuriteFixture azurite)
    {
        _clients = HealthTables.Create(azurite);
        (_store, _health) = (new(_clients), new(_clients));
    }

    [Fact]
    public async Task Read_NoTableYet_IsNull() => Assert.Null(await _store.ReadAsync("cold", CancellationToken.None));

    [Theory]
    [InlineData("cold")]
    [InlineData("East-2.eu_1")]
    public async Task Write_EveryMember_ReadsBackAndGivesTheETag(string endpoint)
    {
        var written = await _store.TryWriteAsync(Full(endpoint), CancellationToken.None);
        var stored = await _store.ReadAsync(endpoint, CancellationToken.None);

        Assert.NotNull(written?.ETag);
        Assert.Equal(Full(endpoint) with { ETag = written.ETag }, stored);
        Assert.Equal(stored, written);
    }

    [Fact]
    public async Task Write_RowWithoutTimes_ReadsBackAsItWas()
    {
        var row = new StandbyRow { Endpoint = "cold" };
        var written = await _store.TryWriteAsync(row, CancellationToken.None);

        Assert.Equal(row with { ETag = written!.ETag }, await _store.ReadAsync("cold", CancellationToken.None));
    }

    [Fact]
    public async Task Write_MembersThatAreNullAgain_AreNullInTheTable()
    {
        var full = await _store.TryWriteAsync(Full("cold"), CancellationToken.None);
        var plain = await _store.TryWriteAsync(new() { Endpoint = "cold", ETag = full!.ETag }, CancellationToken.None);

        Assert.Equal(new() { Endpoint = "cold", ETag = plain!.ETag }, await _store.ReadAsync("cold", CancellationToken.None));
    }

    [Fact]
    public async Task Write_OfAStandby_ChangesTheEpochOfTheSharedHealthAndComesWithIt()
    {
        await _health.TryWriteAsync(new() { Id = new("gpt", "cold") }, CancellationToken.None);
        var before = await _health.ReadEpochAsync(CancellationToken.None);
        var written = await _store.TryWriteAsync(Full("cold"), CancellationToken.None);
        var all = await _health.ReadAllAsync(CancellationToken.None);

        Assert.NotEqual(before, all.Epoch);
        Assert.Equal(written, Assert.Single(all.Standbys));
        Assert.Equal("gpt@cold", Assert.Single(all.Rows).Id.ToString());
    }

    [Fact]
    public async Task Write_RowExistsAlreadyOrHasChanged_IsRefusedAndLeavesTheEpoch()
    {
        var first = await _store.TryWriteAsync(Full("cold"), CancellationToken.None);
        Assert.NotNull(await _store.TryWriteAsync(first! with { Version = 8 }, CancellationToken.None));
        var epoch = await _health.ReadEpochAsync(CancellationToken.None);

        Assert.Null(await _store.TryWriteAsync(Full("cold"), CancellationToken.None));
        Assert.Null(await _store.TryWriteAsync(first with { Version = 9 }, CancellationToken.None));
        Assert.Equal(epoch, await _health.ReadEpochAsync(CancellationToken.None));
        Assert.Equal(8, (await _store.ReadAsync("cold", CancellationToken.None))!.Version);
    }

    [Fact]
    public async Task Write_ManyInstancesAtOnce_OneWins()
    {
        await _health.TryWriteAsync(new() { Id = new("other", "east") }, CancellationToken.None);
        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            new TableStandbyStore(_clients).TryWriteAsync(new() { Endpoint = "cold", Holder = $"{i}" }, CancellationToken.None)));

        var winner = Assert.Single(written, row => row is not null);
        Assert.Equal(winner, await _store.ReadAsync("cold", CancellationToken.None));
    }

    [Fact]
    public async Task Write_TableWasDeleted_IsRefusedOnceAndThenMakesItAnew()
    {
        var written = await _store.TryWriteAsync(Full("cold"), CancellationToken.None);
        await _clients.Tables.DeleteTableAsync($"{_clients.Prefix}health");

        Assert.Null(await _store.TryWriteAsync(written!, CancellationToken.None));
        Assert.Null(await _store.ReadAsync("cold", CancellationToken.None));
        Assert.NotNull(await _store.TryWriteAsync(written! with { ETag = null }, CancellationToken.None));
    }

    [Fact]
    public async Task AnyCall_NothingListens_SaysThatStorageIsUnavailable()
    {
        var store = new TableStandbyStore(HealthTables.Nowhere());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.ReadAsync("cold", CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.TryWriteAsync(Full("cold"), CancellationToken.None));
    }

    private static StandbyRow Full(string endpoint) => new()
    {
        Endpoint = endpoint,
        Phase = StandbyPhase.Stopping,
        Since = Now,
        Version = 7,
        Holder = "host/1",
        LeaseUntil = Now.AddSeconds(45),
        StartedAt = Now.AddMinutes(-20),
        Failures = 3,
        FailingSince = Now.AddMinutes(-3),
        NotBefore = Now.AddMinutes(1),
        LastError = "the start hook failed: 403",
        IdleSince = Now.AddMinutes(-10),
        HeldUntil = Now.AddSeconds(15),
    };
}
