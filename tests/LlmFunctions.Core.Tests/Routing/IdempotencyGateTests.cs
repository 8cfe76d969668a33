using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>One visible answer per owner and key, for 24 h.</summary>
public sealed class IdempotencyGateTests
{
    private readonly IdempotencyBench _bench = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Twin_AnHourLater_GetsTheSameAnswerWithoutARun(bool stream)
    {
        _bench.Route = (_, _) => Task.FromResult(stream ? new FakeStream("one ", "two ", "three").ToResult() : IdempotencyBench.Answered("one two three"));
        Assert.Equal("200 one two three", await _bench.SendAsync().SeeAsync());
        _bench.Route = (_, _) => Task.FromResult(IdempotencyBench.Answered("another"));
        _bench.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("200 one two three", await _bench.SendAsync().SeeAsync());
        Assert.Equal(["req_1"], _bench.Runs);
    }

    [Fact]
    public async Task Twin_After24Hours_RunsAnewAndIsKeptAnew()
    {
        await _bench.SendAsync().SeeAsync();
        _bench.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await _bench.SendAsync().SeeAsync();
        Assert.Equal(["req_1"], _bench.Runs);
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        _bench.Route = (_, _) => Task.FromResult(IdempotencyBench.Answered("new"));
        Assert.Equal("200 new", await _bench.SendAsync("another body").SeeAsync());
        _bench.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal("200 new", await _bench.SendAsync("another body").SeeAsync());
        Assert.Equal(["req_1", "req_3"], _bench.Runs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnotherBody_UnderAKeptKey_Is422(bool stream)
    {
        _bench.Route = (_, _) => Task.FromResult(stream ? new FakeStream("text").ToResult() : IdempotencyBench.Answered("text"));
        await _bench.SendAsync().SeeAsync();
        Assert.Equal("422 idempotency_key_reused", await _bench.SendAsync("another body").SeeAsync());
        Assert.Single(_bench.Runs);
    }

    [Fact]
    public async Task AnotherBody_WhileTheFirstRuns_Is422()
    {
        _bench.Route = (_, _) => new TaskCompletionSource<RouterResult>().Task;
        _ = _bench.SendAsync();
        Assert.Equal("422 idempotency_key_reused", await _bench.SendAsync("another body").SeeAsync());
    }

    [Fact]
    public async Task SameKey_OfAnotherOwner_IsAnotherKey()
    {
        _bench.Route = (request, _) => Task.FromResult(IdempotencyBench.Answered($"for {request.Owner}"));
        Assert.Equal("200 for a", await _bench.SendAsync(owner: "a").SeeAsync());
        Assert.Equal("200 for b", await _bench.SendAsync("another body", owner: "b").SeeAsync());
        Assert.Equal("200 for a", await _bench.SendAsync(owner: "a").SeeAsync());
        Assert.Equal(2, _bench.Runs.Count);
    }

    [Fact]
    public async Task NoKey_NothingIsKept()
    {
        await _bench.SendBodyAsync(new() { Bytes = new byte[] { 1 }, ContentType = null }, key: null).SeeAsync();
        Assert.Equal((1, 0), (_bench.Runs.Count, _bench.Store.Writes));
    }

    [Fact]
    public async Task Twins_WhileTheFirstRuns_WaitAndGetItsAnswer()
    {
        var first = new TaskCompletionSource<RouterResult>();
        _bench.Route = (_, _) => first.Task;
        var sent = _bench.SendAsync().SeeAsync();
        var twins = new[] { _bench.SendAsync().SeeAsync(), _bench.SendAsync().SeeAsync() };
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(twins, twin => Assert.False(twin.IsCompleted));
        first.SetResult(IdempotencyBench.Answered("only one"));
        Assert.Equal("200 only one", await sent);
        _bench.PassUntil(Task.WhenAll(twins), TimeSpan.FromSeconds(1));
        Assert.All(await Task.WhenAll(twins), twin => Assert.Equal("200 only one", twin));
        Assert.Equal(["req_1"], _bench.Runs);
    }

    [Fact]
    public async Task Twin_WhileTheFirstRunsOn_Is409After120Seconds()
    {
        _bench.Route = (_, _) => new TaskCompletionSource<RouterResult>().Task;
        _ = _bench.SendAsync();
        var twin = _bench.SendAsync().SeeAsync();
        Assert.Equal(TimeSpan.FromSeconds(120), _bench.PassUntil(twin, TimeSpan.FromSeconds(150)));
        Assert.Equal("409 idempotency_key_in_use", await twin);
        Assert.Single(_bench.Runs);
    }

    [Fact]
    public async Task Twin_RunnerDied_TakesOverOnceItsLeaseIsOver()
    {
        var now = _bench.Time.GetUtcNow();
        await _bench.Store.TryWriteAsync(
            new() { Owner = "a", Key = "key", Fingerprint = "of its body", RequestId = "req_dead", LeaseUntil = now.AddSeconds(60), ExpiresAt = now.AddHours(24) },
            CancellationToken.None);
        _bench.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("422 idempotency_key_reused", await _bench.SendAsync("another body").SeeAsync());
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("200 answer", await _bench.SendAsync().SeeAsync());
        Assert.Equal(["req_2"], _bench.Runs);
    }

    [Fact]
    public async Task Twin_CallerLeavesWhileItWaits_StopsWaiting()
    {
        using var caller = new CancellationTokenSource();
        _bench.Route = (_, _) => new TaskCompletionSource<RouterResult>().Task;
        _ = _bench.SendAsync();
        var twin = _bench.SendAsync(cancellationToken: caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => twin);
        Assert.Single(_bench.Runs);
    }
}
