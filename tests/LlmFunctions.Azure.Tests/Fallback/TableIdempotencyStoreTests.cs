using LlmFunctions.Azure.Fallback;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Fallback;

public sealed class TableIdempotencyStoreTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 891, TimeSpan.Zero);

    private readonly RequestRecorder _recorder = new();
    private readonly StorageClients _clients;
    private readonly TableIdempotencyStore _store;

    public TableIdempotencyStoreTests(AzuriteFixture azurite)
    {
        _clients = FallbackStorage.Create(azurite, _recorder);
        _store = new(_clients);
    }

    public static TheoryData<string> Texts => ["key", "a/b\\c#d?e", "it's 100%", "模型😀", "tab\tand\u0085control", "", new string('k', 2000)];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task TryWriteAsync_AnyOwnerAndKey_ReadsBackEveryMember(string text)
    {
        var entry = Entry(text, text) with { IsDone = true, IsQueued = true };

        var written = await _store.TryWriteAsync(entry, CancellationToken.None);

        Assert.Equal(entry with { ETag = written!.ETag }, written);
        Assert.Equal(written, await _store.ReadAsync(text, text, CancellationToken.None));
    }

    [Fact]
    public async Task Read_NothingStored_FindsNothing()
    {
        Assert.Null(await _store.ReadAsync("team", "key", CancellationToken.None));
        Assert.Empty(await _store.ListExpiredAsync(Now, 10, CancellationToken.None));
        await _store.RemoveAsync(Entry("team", "key") with { ETag = "W/\"1\"" }, CancellationToken.None);
    }

    [Fact]
    public async Task TryWriteAsync_SameKeyOfAnotherOwner_IsAnotherEntry()
    {
        Assert.NotNull(await _store.TryWriteAsync(Entry("team", "key"), CancellationToken.None));
        Assert.NotNull(await _store.TryWriteAsync(Entry("other", "key"), CancellationToken.None));
        Assert.NotNull(await _store.TryWriteAsync(Entry("team", "KEY"), CancellationToken.None));
    }

    [Fact]
    public async Task TryWriteAsync_KeyIsHeld_IsRefused()
    {
        var written = await _store.TryWriteAsync(Entry("team", "key"), CancellationToken.None);

        Assert.Null(await _store.TryWriteAsync(Entry("team", "key") with { RequestId = "req_2" }, CancellationToken.None));

        Assert.Equal(written, await _store.ReadAsync("team", "key", CancellationToken.None));
    }

    [Fact]
    public async Task TryWriteAsync_ManyAtOnce_OneHoldsTheKey()
    {
        var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            _store.TryWriteAsync(Entry("team", "key") with { RequestId = $"req_{i}" }, CancellationToken.None)));

        var winner = Assert.Single(won, entry => entry is not null);
        Assert.Equal(winner, await _store.ReadAsync("team", "key", CancellationToken.None));
    }

    [Fact]
    public async Task TryWriteAsync_CurrentETag_WritesOver()
    {
        var written = await _store.TryWriteAsync(Entry("team", "key"), CancellationToken.None);

        var done = await _store.TryWriteAsync(written! with { IsDone = true }, CancellationToken.None);

        Assert.True(done!.IsDone);
        Assert.NotEqual(written!.ETag, done.ETag);
        Assert.Equal(done, await _store.ReadAsync("team", "key", CancellationToken.None));
    }

    [Fact]
    public async Task TryWriteAsync_OlderETag_IsRefused()
    {
        var written = await _store.TryWriteAsync(Entry("team", "key"), CancellationToken.None);
        var done = await _store.TryWriteAsync(written! with { IsDone = true }, CancellationToken.None);

        Assert.Null(await _store.TryWriteAsync(written! with { RequestId = "req_2" }, CancellationToken.None));

        Assert.Equal(done, await _store.ReadAsync("team", "key", CancellationToken.None));
    }

    [Fact]
    public async Task TryWriteAsync_EntryOrTableRemovedMeanwhile_IsRefusedAndThenFree()
    {
        var written = await _store.TryWriteAsync(Entry("team", "key"), CancellationToken.None);
        await _store.RemoveAsync(written!, CancellationToken.None);
        Assert.Null(await _store.TryWriteAsync(written!, CancellationToken.None));
        await _clients.Tables.DeleteTableAsync($"{_clients.Prefix}idempotency");
        Assert.Null(await _store.TryWriteAsync(written!, CancellationToken.None));

        Assert.NotNull(await _store.TryWriteAsync(Entry("team", "key"), CancellationToken.None));
    }

    [Fact]
    public async Task RemoveAsync_CurrentEntry_FreesTheKey()
    {
        var written = await _store.TryWriteAsync(Entry("team", "key"), CancellationToken.None);

        await _store.RemoveAsync(written!, CancellationToken.None);
        await _store.RemoveAsync(written!, CancellationToken.None);

        Assert.Null(await _store.ReadAsync("team", "key", CancellationToken.None));
        Assert.NotNull(await _store.TryWriteAsync(Entry("team", "key"), CancellationToken.None));
    }

    [Fact]
    public async Task RemoveAsync_AnotherHoldsTheKeyByNow_LeavesIt()
    {
        var written = await _store.TryWriteAsync(Entry("team", "key"), CancellationToken.None);
        var taken = await _store.TryWriteAsync(written! with { RequestId = "req_2" }, CancellationToken.None);

        await _store.RemoveAsync(written!, CancellationToken.None);

        Assert.Equal(taken, await _store.ReadAsync("team", "key", CancellationToken.None));
    }

    [Fact]
    public async Task ListExpiredAsync_SomeExpired_ListsThoseOnlyAndNoMoreThanAsked()
    {
        for (var i = 0; i < 6; i++)
            await _store.TryWriteAsync(Entry($"team{i % 2}", $"key{i}") with { ExpiresAt = Now.AddSeconds(i - 3) }, CancellationToken.None);
        await _store.TryWriteAsync(Entry("team", "for ever") with { ExpiresAt = DateTimeOffset.MaxValue }, CancellationToken.None);

        Assert.Equal(3, (await _store.ListExpiredAsync(Now, 3, CancellationToken.None)).Count);
        var expired = await _store.ListExpiredAsync(Now, 10, CancellationToken.None);

        Assert.Equal(["key0", "key1", "key2", "key3"], expired.Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.Contains(await _store.ReadAsync("team0", "key2", CancellationToken.None), expired);
    }

    [Fact]
    public async Task ListExpiredAsync_RenewedMeanwhile_CannotBeRemoved()
    {
        var written = await _store.TryWriteAsync(Entry("team", "key") with { ExpiresAt = Now }, CancellationToken.None);
        var expired = Assert.Single(await _store.ListExpiredAsync(Now, 10, CancellationToken.None));
        var renewed = await _store.TryWriteAsync(written! with { ExpiresAt = Now.AddDays(1) }, CancellationToken.None);

        await _store.RemoveAsync(expired, CancellationToken.None);

        Assert.Equal(renewed, await _store.ReadAsync("team", "key", CancellationToken.None));
    }

    [Fact]
    public async Task AnyCall_NothingAnswers_SaysThatStorageIsUnavailable()
    {
        _recorder.Fails = _ => true;
        var entry = Entry("team", "key");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _store.ReadAsync("team", "key", CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _store.TryWriteAsync(entry, CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _store.RemoveAsync(entry with { ETag = "*" }, CancellationToken.None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _store.ListExpiredAsync(Now, 1, CancellationToken.None));
    }

    private static IdempotencyEntry Entry(string owner, string key) => new()
    {
        Owner = owner,
        Key = key,
        Fingerprint = "00ff",
        RequestId = "req_1",
        LeaseUntil = Now.AddSeconds(65),
        ExpiresAt = Now.AddHours(24),
    };
}
