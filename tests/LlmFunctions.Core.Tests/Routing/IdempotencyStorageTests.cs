using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>Storage fails: before a request has its key nothing runs; once it ran, its caller gets what came of it.</summary>
public sealed class IdempotencyStorageTests
{
    private readonly IdempotencyBench _bench = new();

    [Fact]
    public async Task Claim_StorageDown_Is503AndNothingRuns()
    {
        _bench.Store.IsDown = true;
        Assert.Equal("503 idempotency_unavailable", await _bench.SendAsync().SeeAsync());
        Assert.Empty(_bench.Runs);
    }

    [Fact]
    public async Task Claim_CallerLeavesDuringIt_KeyIsFree()
    {
        using var caller = new CancellationTokenSource();
        _bench.Store.WhileWriting = caller.Cancel;
        _bench.Route = (_, token) => Task.FromCanceled<RouterResult>(token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.SendAsync(cancellationToken: caller.Token));
        _bench.Store.WhileWriting = () => { };
        _bench.Route = (_, _) => Task.FromResult(IdempotencyBench.Answered("second"));
        Assert.Equal("200 second", await _bench.SendAsync().SeeAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keep_AnswerCannotBeStored_CallerGetsItAndTheKeyIsFree(bool stream)
    {
        _bench.Route = (_, _) => AnswerAsync(stream, () => _bench.Ledger.IsDown = true);
        Assert.Equal("200 one two three", await _bench.SendAsync().SeeAsync());
        _bench.Ledger.IsDown = false;
        _bench.Route = (_, _) => AnswerAsync(false, () => { });
        Assert.Equal("200 one two three", await _bench.SendAsync("another body").SeeAsync());
        Assert.Equal(2, _bench.Runs.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keep_KeyCannotBeWritten_TwinFindsTheAnswerOnceTheLeaseIsOver(bool stream)
    {
        _bench.Route = (_, _) => AnswerAsync(stream, () => _bench.Store.IsDown = true);
        Assert.Equal("200 one two three", await _bench.SendAsync().SeeAsync());
        _bench.Store.IsDown = false;
        var twin = _bench.SendAsync().SeeAsync();
        Assert.Equal(TimeSpan.FromSeconds(60), _bench.PassUntil(twin, TimeSpan.FromSeconds(70)));
        Assert.Equal("200 one two three", await twin);
        Assert.Equal("422 idempotency_key_reused", await _bench.SendAsync("another body").SeeAsync());
        Assert.Single(_bench.Runs);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Keep_StorageFails_NothingGoesOnRenewingTheLease(bool stream, bool ledger)
    {
        var streamed = new FakeStream("one ", "two ", "three");
        _bench.Route = (_, _) =>
        {
            (_bench.Ledger.IsDown, _bench.Store.IsDown) = (ledger, !ledger);
            return Task.FromResult(stream ? streamed.ToResult() : IdempotencyBench.Answered("one two three"));
        };
        Assert.Equal("200 one two three", await _bench.SendAsync().SeeAsync());
        (_bench.Ledger.IsDown, _bench.Store.IsDown) = (false, false);
        var written = _bench.Store.Writes;
        for (var i = 0; i < 10; i++)
            _bench.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((written, stream), (_bench.Store.Writes, streamed.IsDisposed));
    }

    [Fact]
    public async Task Keep_LeaseWasLostToAnOutageThatIsOver_AnswerIsKept()
    {
        _bench.Route = (_, _) =>
        {
            _bench.Store.IsDown = true;
            for (var i = 0; i < 4; i++)
                _bench.Time.Advance(TimeSpan.FromSeconds(20));
            _bench.Store.IsDown = false;
            return AnswerAsync(false, () => { });
        };
        await _bench.SendAsync().SeeAsync();
        Assert.Equal("200 one two three", await _bench.SendAsync().SeeAsync());
        Assert.Single(_bench.Runs);
    }

    [Fact]
    public async Task Keep_RenewalWhoseAnswerWasLost_AnswerIsKept()
    {
        // Written, but nobody was told: the ETag at hand is not the stored one any more.
        _bench.Route = (_, _) => AnswerAsync(false, () => RewriteAsync(entry => entry));
        await _bench.SendAsync().SeeAsync();
        Assert.Equal("200 one two three", await _bench.SendAsync().SeeAsync());
        Assert.Single(_bench.Runs);
    }

    [Fact]
    public async Task Keep_AnotherHasTheKeyByNow_CallerGetsItsAnswerAndTwinsTheOthers()
    {
        _bench.Route = (_, _) => AnswerAsync(false, () => RewriteAsync(entry => entry with { RequestId = "req_other" }));
        Assert.Equal("200 one two three", await _bench.SendAsync().SeeAsync());
        Assert.Equal("req_other", (await _bench.Store.ReadAsync("a", "key", CancellationToken.None))!.RequestId);
        Assert.Null(await _bench.Ledger.ReadAnswerAsync("req_1", 0, CancellationToken.None));
    }

    [Fact]
    public async Task Release_StorageDown_CallerGetsWhatTheRouterSaid()
    {
        _bench.Route = (_, _) =>
        {
            _bench.Store.IsDown = true;
            return Task.FromResult(IdempotencyBench.Refused(new(503, "no_deployment_available", "none")));
        };
        Assert.Equal("503 no_deployment_available", await _bench.SendAsync().SeeAsync());
    }

    [Fact]
    public async Task Stream_BreaksWhileStorageIsDown_IsGivenBack()
    {
        var broken = new FakeStream("one ") { IsBroken = true, Before = _ => _bench.Store.IsDown = true };
        _bench.Route = (_, _) => Task.FromResult(broken.ToResult());
        Assert.Equal("200 one ", await _bench.SendAsync().SeeAsync());
        Assert.True(broken.IsDisposed);
    }

    private static Task<RouterResult> AnswerAsync(bool stream, Action first) => AnswerAsync(stream, () =>
    {
        first();
        return Task.CompletedTask;
    });

    private static async Task<RouterResult> AnswerAsync(bool stream, Func<Task> first)
    {
        await first();
        return stream ? new FakeStream("one ", "two ", "three").ToResult() : IdempotencyBench.Answered("one two three");
    }

    private async Task RewriteAsync(Func<IdempotencyEntry, IdempotencyEntry> change)
    {
        var entry = await _bench.Store.ReadAsync("a", "key", CancellationToken.None);
        Assert.NotNull(await _bench.Store.TryWriteAsync(change(entry!), CancellationToken.None));
    }
}
