using LlmFunctions.Azure.Fallback;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Azure.Tests.Fallback;

public sealed class DueIndexTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 891, TimeSpan.Zero);

    private readonly RequestRecorder _recorder = new();
    private readonly FakeTimeProvider _time = new(Now);
    private readonly TableRequestLedger _ledger;

    public DueIndexTests(AzuriteFixture azurite) => _ledger = new(FallbackStorage.Create(azurite, _recorder), _time);

    [Theory]
    [InlineData("req_0198f6a2b3c47d5e8f90a1b2c3d4e5f6", 15)]
    [InlineData("req_1", 6)]
    [InlineData("", 5)]
    public void NumberOf_Id_NeverChanges(string id, int shard) => Assert.Equal(shard, DueIndex.NumberOf(id));

    [Fact]
    public void NumberOf_ManyIds_UsesEveryShard()
    {
        var counts = Enumerable.Range(0, 1600).GroupBy(i => DueIndex.NumberOf($"req_{i:x32}")).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(Enumerable.Range(0, _ledger.Shards), counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 60, 140));
    }

    [Fact]
    public async Task ListDueAsync_EntriesOfOneShard_EarliestFirstAndNoneBeforeItsTime()
    {
        var ids = OfOneShard(5);
        await AddAsync(ids[0], Now.AddTicks(1));
        await AddAsync(ids[1], Now);
        await AddAsync(ids[2], Now.AddDays(-400).ToOffset(TimeSpan.FromHours(9)));
        await AddAsync(ids[3], Now.AddTicks(-1));
        await AddAsync(ids[4], Now.AddDays(1));

        var due = await ListAsync(ids[0], Now);

        Assert.Equal([(ids[2], Now.AddDays(-400)), (ids[3], Now.AddTicks(-1)), (ids[1], Now)], due.Select(entry => (entry.Id, entry.DueAt)));
        Assert.Equal([ids[2], ids[3]], (await ListAsync(ids[0], Now, most: 2)).Select(entry => entry.Id));
    }

    [Fact]
    public async Task ListDueAsync_AnyShard_ReadsOneRangeOfOnePartition()
    {
        await AddAsync("req_1", Now);
        _recorder.Clear();

        await ListAsync("req_1", Now);

        Assert.Single(_recorder.Requests);
    }

    [Fact]
    public async Task ListDueAsync_ManyRequests_EachIsInOneShard()
    {
        var ids = Enumerable.Range(0, 40).Select(i => $"req_{i:x32}").ToList();
        foreach (var id in ids)
            await AddAsync(id, Now);

        var found = new List<string>();
        for (var shard = 0; shard < _ledger.Shards; shard++)
            found.AddRange((await _ledger.ListDueAsync(shard, Now, 100, CancellationToken.None)).Select(entry => entry.Id));

        Assert.Equal(ids, found.Order());
    }

    [Fact]
    public async Task MoveDueAsync_ToLater_IsDueOnlyThen()
    {
        await AddAsync("req_1", Now);
        var entry = Assert.Single(await ListAsync("req_1", Now));

        await _ledger.MoveDueAsync(entry, Now.AddSeconds(30), CancellationToken.None);

        Assert.Empty(await ListAsync("req_1", Now.AddSeconds(29)));
        Assert.Equal(Now.AddSeconds(30), Assert.Single(await ListAsync("req_1", Now.AddSeconds(30))).DueAt);
    }

    [Fact]
    public async Task MoveDueAsync_ToTheSameTime_KeepsTheEntry()
    {
        await AddAsync("req_1", Now);
        var entry = Assert.Single(await ListAsync("req_1", Now));

        await _ledger.MoveDueAsync(entry, Now, CancellationToken.None);

        Assert.Equal([entry], await ListAsync("req_1", Now));
    }

    [Fact]
    public async Task MoveDueAsync_ByManyAtOnce_LeavesOneEntry()
    {
        await AddAsync("req_1", Now);
        var entry = Assert.Single(await ListAsync("req_1", Now));

        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => _ledger.MoveDueAsync(entry, Now.AddSeconds(i), CancellationToken.None)));

        Assert.Single(await ListAsync("req_1", Now.AddDays(1)));
    }

    [Fact]
    public async Task MoveDueAsync_RemovedMeanwhile_DoesNotComeBack()
    {
        await AddAsync("req_1", Now);
        var entry = Assert.Single(await ListAsync("req_1", Now));
        await _ledger.RemoveDueAsync(entry, CancellationToken.None);

        await _ledger.MoveDueAsync(entry, Now.AddSeconds(1), CancellationToken.None);

        Assert.Empty(await ListAsync("req_1", Now.AddDays(1)));
    }

    [Fact]
    public async Task RemoveDueAsync_Entry_LeavesTheOthers()
    {
        var ids = OfOneShard(2);
        await AddAsync(ids[0], Now);
        await AddAsync(ids[1], Now);

        await _ledger.RemoveDueAsync((await ListAsync(ids[0], Now)).Single(entry => entry.Id == ids[0]), CancellationToken.None);

        Assert.Equal(ids[1], Assert.Single(await ListAsync(ids[0], Now)).Id);
    }

    [Fact]
    public async Task ListDeadLettersAsync_Several_NewestFirstAndNoneThatWasTaken()
    {
        foreach (var id in new[] { "req_2", "req_1", "req_4", "req_3" })
        {
            await _ledger.SetDeadLetterAsync(id, isDead: true, CancellationToken.None);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await _ledger.SetDeadLetterAsync("req_2", isDead: true, CancellationToken.None);
        await _ledger.SetDeadLetterAsync("req_4", isDead: false, CancellationToken.None);

        Assert.Equal(["req_2", "req_3", "req_1"], await _ledger.ListDeadLettersAsync(10, CancellationToken.None));
        Assert.Equal(["req_2"], await _ledger.ListDeadLettersAsync(1, CancellationToken.None));
    }

    [Fact]
    public async Task DeadLetters_InTheTableOfTheIndex_AreNeverDue()
    {
        await _ledger.SetDeadLetterAsync("req_1", isDead: true, CancellationToken.None);

        for (var shard = 0; shard < _ledger.Shards; shard++)
            Assert.Empty(await _ledger.ListDueAsync(shard, Now.AddYears(1000), 10, CancellationToken.None));
    }

    private static List<string> OfOneShard(int count) =>
        [.. Enumerable.Range(0, 1000).Select(i => $"req_{i}").Where(id => DueIndex.NumberOf(id) == 3).Take(count)];

    private Task<QueuedRequest> AddAsync(string id, DateTimeOffset dueAt) => _ledger.AddAsync(
        new()
        {
            Id = id,
            Owner = "team",
            Model = "gpt",
            Method = "POST",
            Path = "/v1/chat/completions",
            CreatedAt = Now,
            ExpiresAt = Now.AddHours(24),
            DueAt = dueAt,
        },
        ReadOnlyMemory<byte>.Empty,
        CancellationToken.None);

    private Task<IReadOnlyList<DueRequest>> ListAsync(string id, DateTimeOffset now, int most = 10) =>
        _ledger.ListDueAsync(DueIndex.NumberOf(id), now, most, CancellationToken.None);
}
