using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Replay;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Routing;

public sealed class RequestQueuerTests
{
    private static readonly ModelConfig Model = new() { Name = "m", Deployments = [] };
    private readonly FakeRequestLedger _ledger = new();

    [Fact]
    public async Task Queue_CallerLeavesBehindTheRow_MessageIsSentAndTheRequestIsAccepted()
    {
        using var caller = new CancellationTokenSource();
        var queue = new LeavingQueue(caller);
        var row = await Queuer(queue).QueueAsync(Request(), Model, TimeSpan.Zero, isAsked: true, caller.Token);
        Assert.True(caller.IsCancellationRequested);
        Assert.Equal(["req_1"], queue.Sent);
        Assert.Equal(_ledger["req_1"], row);
    }

    [Fact]
    public async Task Queue_MessageCannotBeSent_RequestIsAcceptedAllTheSame()
    {
        var row = await Queuer(new FakeFallbackQueue { IsDown = true }).QueueAsync(Request(), Model, TimeSpan.Zero, isAsked: true, CancellationToken.None);
        Assert.Equal(_ledger["req_1"], row);
    }

    [Fact]
    public async Task Queue_LedgerDown_IsNotAcceptedAndNothingIsSent()
    {
        var queue = new FakeFallbackQueue();
        _ledger.IsDown = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Queuer(queue).QueueAsync(Request(), Model, TimeSpan.Zero, isAsked: true, CancellationToken.None));
        Assert.Empty(queue.Sent);
    }

    private RequestQueuer Queuer(IFallbackQueue queue) => new(_ledger, queue, new(), new FakeTimeProvider(), NullLogger<RequestQueuer>.Instance);

    private static RouterRequest Request() => new()
    {
        Id = "req_1",
        Owner = "a",
        Path = "/v1/chat/completions",
        Header = _ => null,
        Call = new() { Method = HttpMethod.Post, Path = ApiPath.TryParse("/v1/chat/completions")!, Model = "m", Body = RequestBody.Empty },
    };

    /// <summary>The caller leaves while its message is being sent.</summary>
    private sealed class LeavingQueue(CancellationTokenSource caller) : IFallbackQueue
    {
        public List<string> Sent { get; } = [];

        public async Task EnqueueAsync(string id, int number, TimeSpan delay, TimeSpan timeToLive, CancellationToken cancellationToken)
        {
            await caller.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            Sent.Add(id);
        }
    }
}
