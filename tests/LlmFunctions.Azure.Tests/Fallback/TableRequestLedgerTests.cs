using System.Security.Cryptography;
using LlmFunctions.Azure.Fallback;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Fallback;

public sealed class TableRequestLedgerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 891, TimeSpan.Zero);
    private static readonly byte[] Body = [0, 1, 2, 254, 255];

    private readonly RequestRecorder _recorder = new();
    private readonly StorageClients _clients;
    private readonly TableRequestLedger _ledger;

    public TableRequestLedgerTests(AzuriteFixture azurite)
    {
        _clients = FallbackStorage.Create(azurite, _recorder);
        _ledger = new(_clients, TimeProvider.System);
    }

    public static TheoryData<string> UnsafeIds => ["", "a/b", "a\\b", "a#b", "a?b", "it's", "a\u0001", "模型", new string('a', 129)];

    [Fact]
    public async Task AddAsync_EveryMember_ReadsBack()
    {
        var added = await _ledger.AddAsync(Full("req_1"), Body, CancellationToken.None);

        AssertSame(Full("req_1") with { ETag = added.ETag }, added);
        AssertSame(added, await _ledger.ReadAsync("req_1", CancellationToken.None));
        Assert.Equal(Body, (await _ledger.ReadBodyAsync("req_1", CancellationToken.None))!.Value.ToArray());
    }

    [Fact]
    public async Task AddAsync_OnlyWhatIsRequired_ReadsBack()
    {
        var added = await _ledger.AddAsync(Small("req_1"), ReadOnlyMemory<byte>.Empty, CancellationToken.None);

        AssertSame(Small("req_1") with { ETag = added.ETag }, await _ledger.ReadAsync("req_1", CancellationToken.None));
        Assert.Equal(0, (await _ledger.ReadBodyAsync("req_1", CancellationToken.None))!.Value.Length);
    }

    [Fact]
    public async Task AddAsync_AnyRequest_StoresBodyThenEntryThenRow()
    {
        await _ledger.AddAsync(Small("req_0"), Body, CancellationToken.None);
        _recorder.Clear();

        await _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None);

        Assert.Collection(
            _recorder.Requests,
            body => Assert.Equal($"PUT /{_clients.Prefix}-bodies/req_1", body),
            entry => Assert.StartsWith($"PUT /{_clients.Prefix}due(", entry, StringComparison.Ordinal),
            row => Assert.Equal($"POST /{_clients.Prefix}ledger", row));
    }

    [Theory]
    [InlineData("-bodies/req_1", false)]
    [InlineData("due(", false)]
    [InlineData("ledger", true)]
    public async Task AddAsync_AWriteFails_LeavesNoRequest(string failing, bool hasEntry)
    {
        await _ledger.AddAsync(Small("req_0"), Body, CancellationToken.None);
        _recorder.Fails = request => request.Contains($"{_clients.Prefix}{failing}", StringComparison.Ordinal);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None));

        _recorder.Fails = _ => false;
        Assert.Null(await _ledger.ReadAsync("req_1", CancellationToken.None));
        var due = await _ledger.ListDueAsync(DueIndex.NumberOf("req_1"), DateTimeOffset.MaxValue.AddYears(-1), 10, CancellationToken.None);
        Assert.Equal(hasEntry, due.Any(entry => entry.Id == "req_1"));
    }

    [Fact]
    public async Task AddAsync_IdIsTaken_LeavesTheOtherRequest()
    {
        var first = await _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None);

        await Assert.ThrowsAnyAsync<Exception>(() => _ledger.AddAsync(Small("req_1") with { Owner = "eve" }, new byte[] { 9 }, CancellationToken.None));

        AssertSame(first, await _ledger.ReadAsync("req_1", CancellationToken.None));
        Assert.Equal(Body, (await _ledger.ReadBodyAsync("req_1", CancellationToken.None))!.Value.ToArray());
    }

    [Theory]
    [MemberData(nameof(UnsafeIds))]
    public async Task Read_IdThatIsNoKey_FindsNothing(string id)
    {
        Assert.Null(await _ledger.ReadAsync(id, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => _ledger.AddAsync(Small(id), Body, CancellationToken.None));
    }

    [Fact]
    public async Task Read_NothingStored_FindsNothing()
    {
        Assert.Null(await _ledger.ReadAsync("req_1", CancellationToken.None));
        Assert.Null(await _ledger.ReadBodyAsync("req_1", CancellationToken.None));
        Assert.Null(await _ledger.ReadAnswerAsync("req_1", 1, CancellationToken.None));
        Assert.Empty(await _ledger.ListDueAsync(0, Now, 10, CancellationToken.None));
        Assert.Empty(await _ledger.ListDeadLettersAsync(10, CancellationToken.None));
    }

    [Theory]
    [InlineData(40_000)]
    [InlineData(300_000)]
    public async Task AddAsync_HeadersAndDecisionLargerThanAColumn_ReadBack(int size)
    {
        var random = Convert.ToBase64String(RandomNumberGenerator.GetBytes(size));
        var request = Small("req_1") with { Headers = [new("x-large", random), new("x-small", "ü")], Decision = $"{{\"why\":\"{random}\"}}" };

        await _ledger.AddAsync(request, Body, CancellationToken.None);

        AssertSame(request, (await _ledger.ReadAsync("req_1", CancellationToken.None))! with { ETag = null });
    }

    [Fact]
    public async Task TryUpdateAsync_DecisionLargerThanARow_IsLeftOut()
    {
        var added = await _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None);
        var decision = Convert.ToHexString(RandomNumberGenerator.GetBytes(1_000_000));

        Assert.NotNull(await _ledger.TryUpdateAsync(added with { Decision = decision, Reason = new string('r', 100_000) }, CancellationToken.None));

        var stored = await _ledger.ReadAsync("req_1", CancellationToken.None);
        Assert.Null(stored!.Decision);
        Assert.Equal(new string('r', 8192), stored.Reason);
    }

    [Fact]
    public async Task TryUpdateAsync_CurrentETag_ReplacesTheWholeRow()
    {
        var added = await _ledger.AddAsync(Full("req_1"), Body, CancellationToken.None);

        var updated = await _ledger.TryUpdateAsync(Small("req_1") with { ETag = added.ETag }, CancellationToken.None);

        Assert.NotEqual(added.ETag, updated!.ETag);
        AssertSame(Small("req_1") with { ETag = updated.ETag }, await _ledger.ReadAsync("req_1", CancellationToken.None));
    }

    [Fact]
    public async Task TryUpdateAsync_OlderETag_IsRefused()
    {
        var added = await _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None);
        var updated = await _ledger.TryUpdateAsync(added with { LeaseNumber = 1 }, CancellationToken.None);

        Assert.Null(await _ledger.TryUpdateAsync(added with { LeaseNumber = 9 }, CancellationToken.None));

        AssertSame(updated!, await _ledger.ReadAsync("req_1", CancellationToken.None));
    }

    [Fact]
    public async Task TryUpdateAsync_ManyAtOnce_OneWins()
    {
        var added = await _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None);

        var won = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => _ledger.TryUpdateAsync(added with { LeaseNumber = i }, CancellationToken.None)));

        var winner = Assert.Single(won, row => row is not null);
        AssertSame(winner!, await _ledger.ReadAsync("req_1", CancellationToken.None));
    }

    [Fact]
    public async Task TryUpdateAsync_Purged_IsRefused()
    {
        var added = await _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None);
        await _ledger.PurgeAsync("req_1", CancellationToken.None);

        Assert.Null(await _ledger.TryUpdateAsync(added, CancellationToken.None));
        Assert.Null(await _ledger.ReadAsync("req_1", CancellationToken.None));
    }

    [Fact]
    public async Task Answers_OfTwoLeases_AreKeptApart()
    {
        KeyValuePair<string, string>[] headers = [new("Content-Type", "text/event-stream"), new("x-a", "ü \"quoted\"\t"), new("x-a", "")];
        await _ledger.WriteAnswerAsync("req_1", 1, new(200, headers, Body), CancellationToken.None);
        await _ledger.WriteAnswerAsync("req_1", 12, new(400, [], ReadOnlyMemory<byte>.Empty), CancellationToken.None);

        var first = await _ledger.ReadAnswerAsync("req_1", 1, CancellationToken.None);
        var second = await _ledger.ReadAnswerAsync("req_1", 12, CancellationToken.None);

        Assert.Equal((200, headers.Length), (first!.Status, first.Headers.Count));
        Assert.Equal(headers, first.Headers);
        Assert.Equal(Body, first.Body.ToArray());
        Assert.Equal((400, 0, 0), (second!.Status, second.Headers.Count, second.Body.Length));
        Assert.Null(await _ledger.ReadAnswerAsync("req_1", 2, CancellationToken.None));
    }

    [Fact]
    public async Task WriteAnswerAsync_Again_Overwrites()
    {
        await _ledger.WriteAnswerAsync("req_1", 1, new(200, [], new byte[] { 1 }), CancellationToken.None);
        await _ledger.WriteAnswerAsync("req_1", 1, new(200, [], new byte[] { 2 }), CancellationToken.None);

        Assert.Equal([2], (await _ledger.ReadAnswerAsync("req_1", 1, CancellationToken.None))!.Body.ToArray());
    }

    [Fact]
    public async Task PurgeAsync_AnsweredRequest_LeavesNothingButOthers()
    {
        foreach (var id in new[] { "req_1", "req_11" })
        {
            await _ledger.AddAsync(Small(id), Body, CancellationToken.None);
            await _ledger.WriteAnswerAsync(id, 1, new(200, [], Body), CancellationToken.None);
            await _ledger.WriteAnswerAsync(id, 2, new(200, [], Body), CancellationToken.None);
        }

        await _ledger.PurgeAsync("req_1", CancellationToken.None);

        Assert.Null(await _ledger.ReadAsync("req_1", CancellationToken.None));
        Assert.Null(await _ledger.ReadBodyAsync("req_1", CancellationToken.None));
        Assert.Null(await _ledger.ReadAnswerAsync("req_1", 1, CancellationToken.None));
        Assert.Null(await _ledger.ReadAnswerAsync("req_1", 2, CancellationToken.None));
        Assert.NotNull(await _ledger.ReadAsync("req_11", CancellationToken.None));
        Assert.NotNull(await _ledger.ReadBodyAsync("req_11", CancellationToken.None));
        Assert.NotNull(await _ledger.ReadAnswerAsync("req_11", 2, CancellationToken.None));
    }

    [Fact]
    public async Task RemoveAnswerAsync_OneOfTwo_LeavesTheOtherAndTheRequest()
    {
        await _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None);
        await _ledger.WriteAnswerAsync("req_1", 0, new(200, [], Body), CancellationToken.None);
        await _ledger.WriteAnswerAsync("req_1", 1, new(200, [], Body), CancellationToken.None);

        await _ledger.RemoveAnswerAsync("req_1", 0, CancellationToken.None);

        Assert.Null(await _ledger.ReadAnswerAsync("req_1", 0, CancellationToken.None));
        Assert.NotNull(await _ledger.ReadAnswerAsync("req_1", 1, CancellationToken.None));
        Assert.NotNull(await _ledger.ReadBodyAsync("req_1", CancellationToken.None));
        Assert.NotNull(await _ledger.ReadAsync("req_1", CancellationToken.None));
    }

    [Fact]
    public async Task Removals_NothingThere_AreDone()
    {
        await RemoveAllAsync();
        await _ledger.AddAsync(Small("req_0"), Body, CancellationToken.None);
        await RemoveAllAsync();

        Assert.NotNull(await _ledger.ReadAsync("req_0", CancellationToken.None));
    }

    [Fact]
    public async Task AddAsync_TablesAndContainersWereDeleted_MakesThemAnew()
    {
        await _ledger.AddAsync(Small("req_0"), Body, CancellationToken.None);
        foreach (var table in new[] { "ledger", "due" })
            await _clients.Tables.DeleteTableAsync(_clients.Prefix + table);
        await _clients.Blobs.DeleteBlobContainerAsync($"{_clients.Prefix}-bodies");

        await _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None);

        Assert.NotNull(await _ledger.ReadAsync("req_1", CancellationToken.None));
        Assert.NotNull(await _ledger.ReadBodyAsync("req_1", CancellationToken.None));
    }

    [Fact]
    public async Task AnyCall_NothingAnswers_SaysThatStorageIsUnavailable()
    {
        _recorder.Fails = _ => true;
        var entry = new DueRequest("req_1", Now, "0");
        await ThrowsAsync(() => _ledger.AddAsync(Small("req_1"), Body, CancellationToken.None));
        await ThrowsAsync(() => _ledger.ReadAsync("req_1", CancellationToken.None));
        await ThrowsAsync(() => _ledger.TryUpdateAsync(Small("req_1") with { ETag = "*" }, CancellationToken.None));
        await ThrowsAsync(() => _ledger.ReadBodyAsync("req_1", CancellationToken.None));
        await ThrowsAsync(() => _ledger.WriteAnswerAsync("req_1", 1, new(200, [], Body), CancellationToken.None));
        await ThrowsAsync(() => _ledger.ReadAnswerAsync("req_1", 1, CancellationToken.None));
        await ThrowsAsync(() => _ledger.RemoveAnswerAsync("req_1", 1, CancellationToken.None));
        await ThrowsAsync(() => _ledger.ListDueAsync(0, Now, 1, CancellationToken.None));
        await ThrowsAsync(() => _ledger.MoveDueAsync(entry, Now.AddSeconds(1), CancellationToken.None));
        await ThrowsAsync(() => _ledger.RemoveDueAsync(entry, CancellationToken.None));
        await ThrowsAsync(() => _ledger.PurgeAsync("req_1", CancellationToken.None));
        await ThrowsAsync(() => _ledger.SetDeadLetterAsync("req_1", isDead: true, CancellationToken.None));
        await ThrowsAsync(() => _ledger.ListDeadLettersAsync(1, CancellationToken.None));
    }

    private static Task<StorageUnavailableException> ThrowsAsync(Func<Task> exchange) => Assert.ThrowsAsync<StorageUnavailableException>(exchange);

    private static void AssertSame(QueuedRequest expected, QueuedRequest? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Headers, actual.Headers);
        Assert.Equal(expected.Callback?.OriginalString, actual.Callback?.OriginalString);
        Assert.Equal(expected, actual with { Headers = expected.Headers });
    }

    private static QueuedRequest Small(string id) => new()
    {
        Id = id,
        Owner = "team",
        Model = "gpt",
        Method = "POST",
        Path = "/v1/chat/completions",
        CreatedAt = Now,
        ExpiresAt = Now.AddHours(24),
        DueAt = Now.AddSeconds(60),
    };

    private static QueuedRequest Full(string id) => Small(id) with
    {
        Owner = "Zoë/team #1?",
        Model = "meta-llama/Llama 3 模型😀",
        Query = "?api-version=2024-10-21&x=%2F",
        Headers = [new("Accept", "*/*"), new("x-tag", "a\"b\\c"), new("x-tag", "ü"), new("x-empty", "")],
        ContentType = "multipart/form-data; boundary=\"x\"",
        IsBackgroundResponse = true,
        State = RequestState.Running,
        FinishedAt = Now.AddTicks(1),
        MessageNumber = 3,
        Postponed = 4,
        Failures = 5,
        LeaseNumber = 6,
        LeaseUntil = Now.AddSeconds(70).ToOffset(TimeSpan.FromHours(2)),
        AnswerLease = 7,
        AnswerStatus = 529,
        Reason = "nothing available «yet»",
        Decision = "{\"candidates\":[]}",
        Callback = new("https://example.com/hook?a=%20b&c=ü#part"),
        CallbackState = CallbackState.Pending,
        CallbackAttempts = 8,
    };

    private async Task RemoveAllAsync()
    {
        var entry = new DueRequest("req_1", Now, $"{Now.UtcTicks:D19}-req_1");
        await _ledger.RemoveDueAsync(entry, CancellationToken.None);
        await _ledger.MoveDueAsync(entry, Now.AddSeconds(1), CancellationToken.None);
        await _ledger.RemoveAnswerAsync("req_1", 0, CancellationToken.None);
        await _ledger.PurgeAsync("req_1", CancellationToken.None);
        await _ledger.SetDeadLetterAsync("req_1", isDead: false, CancellationToken.None);
    }
}
