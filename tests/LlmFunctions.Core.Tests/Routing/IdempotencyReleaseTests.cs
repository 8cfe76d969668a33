using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>A failure frees the key at once, for any body.</summary>
public sealed class IdempotencyReleaseTests
{
    private readonly IdempotencyBench _bench = new();

    [Theory]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(404)]
    public async Task Refused_KeyIsFree(int status)
    {
        _bench.Route = (_, _) => Task.FromResult(IdempotencyBench.Refused(new(status, "refused", "not now")));
        Assert.Equal($"{status} refused", await _bench.SendAsync().SeeAsync());
        await ExpectFreeAsync();
    }

    [Fact]
    public async Task CallersError_KeyIsFree()
    {
        _bench.Route = (_, _) => Task.FromResult(IdempotencyBench.Answered("too long", 400));
        Assert.Equal("400 too long", await _bench.SendAsync().SeeAsync());
        await ExpectFreeAsync();
    }

    [Fact]
    public async Task CallerLeft_KeyIsFree()
    {
        _bench.Route = (_, _) => Task.FromResult<RouterResult>(new RouterResult.CallerLeft(Decision.Empty("", "m")));
        Assert.Equal("CallerLeft", await _bench.SendAsync().SeeAsync());
        await ExpectFreeAsync();
    }

    [Fact]
    public async Task RouterThrows_KeyIsFreeAndTheExceptionGoesOn()
    {
        _bench.Route = (_, _) => throw new InvalidOperationException("a bug");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.SendAsync());
        await ExpectFreeAsync();
    }

    [Fact]
    public async Task Stream_Broken_KeyIsFree()
    {
        _bench.Route = (_, _) => Task.FromResult(new FakeStream("one ", "error") { IsBroken = true }.ToResult());
        Assert.Equal("200 one error", await _bench.SendAsync().SeeAsync());
        await ExpectFreeAsync();
    }

    [Fact]
    public async Task Stream_CallerLeavesInTheMiddle_KeyIsFreeAndTheStreamGivenBack()
    {
        var stream = new FakeStream("one ", "two ", "three");
        _bench.Route = (_, _) => Task.FromResult(stream.ToResult());
        var answer = Assert.IsType<RouterResult.Answered>(await _bench.SendAsync()).Answer;
        await using (answer)
        {
            await using var chunks = answer.Chunks!.GetAsyncEnumerator();
            Assert.True(await chunks.MoveNextAsync());
        }

        Assert.True(stream.IsDisposed);
        await ExpectFreeAsync();
    }

    [Fact]
    public async Task Stream_EndpointIsCutOffBetweenBytes_KeyIsFree()
    {
        var cut = new FakeStream("one ", "two ") { Before = chunk => Cut(chunk) };
        _bench.Route = (_, _) => Task.FromResult(cut.ToResult());
        await Assert.ThrowsAsync<IOException>(() => _bench.SendAsync().SeeAsync());
        Assert.True(cut.IsDisposed);
        await ExpectFreeAsync();
    }

    [Fact]
    public async Task Stream_LongerThanMayBeHeld_GoesOnWithoutBeingKept()
    {
        var limit = IdempotencyBench.LongestAnswer;
        var stream = new FakeStream(new string('a', limit), "b", "c", new string('d', limit), "e");
        _bench.Route = (_, _) => Task.FromResult(stream.ToResult());
        Assert.Equal($"200 {new string('a', limit)}bc{new string('d', limit)}e", await _bench.SendAsync().SeeAsync());
        Assert.True(stream.IsDisposed);
        await ExpectFreeAsync();
    }

    [Fact]
    public async Task Stream_AsLongAsMayBeHeld_IsKept()
    {
        var whole = new string('a', IdempotencyBench.LongestAnswer - 1);
        _bench.Route = (_, _) => Task.FromResult(new FakeStream(whole, "b").ToResult());
        Assert.Equal($"200 {whole}b", await _bench.SendAsync().SeeAsync());
        Assert.Equal($"200 {whole}b", await _bench.SendAsync().SeeAsync());
        Assert.Single(_bench.Runs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(IdempotencyBench.LongestAnswer + 1)]
    public async Task Stream_OfAnyLength_EachEventGoesOutBeforeTheNextIsAskedFor(int length)
    {
        var asked = -1;
        var stream = new FakeStream(new string('a', length), "b", "c") { Before = chunk => asked = chunk };
        _bench.Route = (_, _) => Task.FromResult(stream.ToResult());
        var answer = Assert.IsType<RouterResult.Answered>(await _bench.SendAsync()).Answer;
        await using (answer)
        {
            var relayed = 0;
            await foreach (var _ in answer.Chunks!)
                Assert.Equal(relayed++, asked);
            Assert.Equal(3, relayed);
        }
    }

    [Fact]
    public async Task Stream_CallerLeavesOnSeeingItsEnd_IsKept()
    {
        _bench.Route = (_, _) => Task.FromResult(new FakeStream("one ", "end").ToResult());
        var answer = Assert.IsType<RouterResult.Answered>(await _bench.SendAsync()).Answer;
        await using (answer)
        {
            await using var chunks = answer.Chunks!.GetAsyncEnumerator();
            Assert.True(await chunks.MoveNextAsync());
            Assert.True(await chunks.MoveNextAsync());
        }

        Assert.Equal("200 one end", await _bench.SendAsync().SeeAsync());
        Assert.Single(_bench.Runs);
    }

    private static void Cut(int chunk)
    {
        if (chunk == 1)
            throw new IOException("cut");
    }

    private async Task ExpectFreeAsync()
    {
        var before = _bench.Runs.Count;
        _bench.Route = (_, _) => Task.FromResult(IdempotencyBench.Answered("now"));
        Assert.Equal("200 now", await _bench.SendAsync("another body").SeeAsync());
        Assert.Equal(before + 1, _bench.Runs.Count);
    }
}
