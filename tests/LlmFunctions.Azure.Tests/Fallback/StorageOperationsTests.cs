using Azure.Storage.Queues;
using LlmFunctions.Azure.Fallback;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Testing;

namespace LlmFunctions.Azure.Tests.Fallback;

/// <summary>What a queued request costs: every exchange with storage from its 202 to its fetched answer.</summary>
public sealed class StorageOperationsTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly RequestRecorder _recorder = new();

    [Fact]
    public async Task QueuedRequest_FromItsAcceptanceToItsRemoval_CostsThisMuch()
    {
        var ledger = new TableRequestLedger(FallbackStorage.Create(azurite, _recorder), TimeProvider.System);
        var mailbox = new ReplayMailbox(new QueueClient(
            azurite.ConnectionString, azurite.NewPrefix(), FallbackStorage.With(new QueueClientOptions(), _recorder)));
        var queue = new StorageFallbackQueue(mailbox);
        await ledger.AddAsync(Request("req_0"), ReadOnlyMemory<byte>.Empty, CancellationToken.None);
        await queue.EnqueueAsync("req_0", 1, TimeSpan.FromMinutes(9), TimeSpan.FromHours(1), CancellationToken.None);
        _recorder.Clear();

        var row = await ledger.AddAsync(Request("req_1"), new byte[1000], CancellationToken.None);
        AssertCost(3, "body, index entry, row");
        await queue.EnqueueAsync(row.Id, 1, TimeSpan.Zero, TimeSpan.FromHours(1), CancellationToken.None);
        AssertCost(1, "message");
        var message = Assert.Single(await mailbox.ReceiveAsync(4, MessageInHand.Visibility, CancellationToken.None));
        AssertCost(1, "reception, of up to 32 messages");
        row = await ledger.ReadAsync("req_1", CancellationToken.None);
        row = await ledger.TryUpdateAsync(row! with { State = RequestState.Running, LeaseNumber = 1 }, CancellationToken.None);
        await ledger.ReadBodyAsync("req_1", CancellationToken.None);
        AssertCost(3, "row, lease, body");
        await ledger.WriteAnswerAsync("req_1", 1, new(200, [], new byte[1000]), CancellationToken.None);
        row = await ledger.TryUpdateAsync(row! with { State = RequestState.Succeeded, AnswerLease = 1 }, CancellationToken.None);
        Assert.NotNull(row);
        AssertCost(2, "answer, row");
        await mailbox.TryDeleteAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
        AssertCost(1, "completion");
        await ledger.ReadAsync("req_1", CancellationToken.None);
        await ledger.ReadAnswerAsync("req_1", 1, CancellationToken.None);
        AssertCost(2, "row, answer, for the caller");
        var entry = Assert.Single(await ledger.ListDueAsync(DueIndex.NumberOf("req_1"), Now, 10, CancellationToken.None), due => due.Id == "req_1");
        AssertCost(1, "list of a shard, for all that is due in it");
        await ledger.RemoveDueAsync(entry, CancellationToken.None);
        AssertCost(1, "index entry");
        await ledger.PurgeAsync("req_1", CancellationToken.None);
        AssertCost(4, "list of answers, answer, body, row");
    }

    private void AssertCost(int operations, string what)
    {
        Assert.True(
            _recorder.Requests.Count == operations,
            $"{what}: {_recorder.Requests.Count} operations instead of {operations}: {string.Join(", ", _recorder.Requests)}");
        _recorder.Clear();
    }

    private static QueuedRequest Request(string id) => new()
    {
        Id = id,
        Owner = "team",
        Model = "gpt",
        Method = "POST",
        Path = "/v1/chat/completions",
        CreatedAt = Now,
        ExpiresAt = Now.AddHours(24),
        DueAt = Now,
    };
}
