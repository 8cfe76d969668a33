using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>Requests with a key that went to the fallback queue.</summary>
public sealed class IdempotencyQueueTests
{
    private readonly IdempotencyBench _bench = new();

    public IdempotencyQueueTests()
    {
        _bench.Route = (request, _) => _bench.QueueAsync(request);
    }

    [Fact]
    public async Task Queued_Twin_SharesTheRequest()
    {
        Assert.Equal("202 req_1", await _bench.SendAsync().SeeAsync());
        Assert.Equal("202 req_1", await _bench.SendAsync().SeeAsync());
        Assert.Equal(["req_1"], _bench.Runs);
    }

    [Fact]
    public async Task Queued_AnotherBody_Is422()
    {
        await _bench.SendAsync().SeeAsync();
        Assert.Equal("422 idempotency_key_reused", await _bench.SendAsync("another body").SeeAsync());
    }

    [Fact]
    public async Task Queued_Done_TwinGetsItsAnswer()
    {
        await _bench.SendAsync().SeeAsync();
        await EndAsync(RequestState.Succeeded);
        Assert.Equal("200 from the queue", await _bench.SendAsync().SeeAsync());
        Assert.Equal(["req_1"], _bench.Runs);
    }

    [Fact]
    public async Task QueuedBackgroundResponse_Done_TwinGetsTheSameRequestWithItsAnswer()
    {
        _bench.Route = (request, _) => _bench.QueueAsync(request, isBackground: true);
        await _bench.SendAsync().SeeAsync();
        await EndAsync(RequestState.Succeeded);
        var twin = Assert.IsType<RouterResult.Accepted>(await _bench.SendAsync());
        Assert.Equal("req_1", twin.Request.Id);
        Assert.Equal("from the queue"u8.ToArray(), twin.Answer!.Body.ToArray());
    }

    [Theory]
    [InlineData(nameof(RequestState.Failed))]
    [InlineData(nameof(RequestState.Expired))]
    [InlineData(nameof(RequestState.Cancelled))]
    [InlineData(nameof(RequestState.Dead))]
    public async Task Queued_EndedWithoutSuccess_KeyIsFreeForAnyBody(string state)
    {
        await _bench.SendAsync().SeeAsync();
        await EndAsync(Enum.Parse<RequestState>(state));
        Assert.Equal("202 req_2", await _bench.SendAsync("another body").SeeAsync());
    }

    [Fact]
    public async Task Queued_KeyCannotBeWritten_IsAcceptedAndItsTwinFindsIt()
    {
        _bench.Route = async (request, _) =>
        {
            var accepted = await _bench.QueueAsync(request);
            _bench.Store.IsDown = true;
            return accepted;
        };
        Assert.Equal("202 req_1", await _bench.SendAsync().SeeAsync());
        _bench.Store.IsDown = false;
        var twin = _bench.SendAsync().SeeAsync();
        Assert.Equal(TimeSpan.FromSeconds(60), _bench.PassUntil(twin, TimeSpan.FromSeconds(70)));
        Assert.Equal("202 req_1", await twin);
        Assert.Equal("422 idempotency_key_reused", await _bench.SendAsync("another body").SeeAsync());
        await EndAsync(RequestState.Succeeded);
        Assert.Equal("200 from the queue", await _bench.SendAsync().SeeAsync());
        Assert.Equal(["req_1"], _bench.Runs);
    }

    [Fact]
    public async Task Queued_RouterDiedBehindTheRow_TwinFindsItOnceTheLeaseIsOver()
    {
        _bench.Route = async (request, _) =>
        {
            await _bench.QueueAsync(request);
            return await new TaskCompletionSource<RouterResult>().Task;
        };
        _ = _bench.SendAsync();
        // A runner that is dead renews nothing.
        _bench.Store.IsDown = true;
        for (var i = 0; i < 4; i++)
            _bench.Time.Advance(TimeSpan.FromSeconds(20));
        _bench.Store.IsDown = false;
        Assert.Equal("202 req_1", await _bench.SendAsync().SeeAsync());
    }

    [Fact]
    public async Task NotDurable_ThoughItsRowWasWritten_TwinFindsItAtOnce()
    {
        _bench.Route = async (request, _) =>
        {
            await _bench.QueueAsync(request);
            return IdempotencyBench.Refused(RouterErrors.NotDurable);
        };
        Assert.Equal("503 queue_unavailable", await _bench.SendAsync().SeeAsync());
        Assert.Equal("202 req_1", await _bench.SendAsync().SeeAsync());
    }

    [Fact]
    public async Task CallerLeft_ThoughItsRowWasWritten_TwinFindsItAtOnce()
    {
        using var caller = new CancellationTokenSource();
        _bench.Route = async (request, token) =>
        {
            await _bench.QueueAsync(request);
            await caller.CancelAsync();
            throw new OperationCanceledException(token);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.SendAsync(cancellationToken: caller.Token));
        Assert.Equal("202 req_1", await _bench.SendAsync().SeeAsync());
        Assert.Equal(["req_1"], _bench.Runs);
    }

    private async Task EndAsync(RequestState state)
    {
        var row = _bench.Ledger["req_1"];
        await _bench.Ledger.WriteAnswerAsync(row.Id, 1, new(200, [], "from the queue"u8.ToArray()), CancellationToken.None);
        int? lease = state is RequestState.Succeeded or RequestState.Failed ? 1 : null;
        Assert.NotNull(await _bench.Ledger.TryUpdateAsync(row with { State = state, AnswerLease = lease }, CancellationToken.None));
    }
}
