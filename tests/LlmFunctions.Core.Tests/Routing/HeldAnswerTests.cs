using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Health;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Routing;

public sealed class HeldAnswerTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<ForwardResult> _answer = new();
    private readonly FakeStream _stream = new("one");
    private int _signs;

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    [Fact]
    public async Task Await_WhileItIsPending_GivesSignsOfLifeAndThenTheAnswer()
    {
        var waiting = HeldAnswer.AwaitAsync(_answer.Task, Sign, _time);
        Assert.Equal(0, _signs);
        await Eventually.TrueAsync(() => Volatile.Read(ref _signs) >= 3, () => _time.Advance(TimeSpan.FromMilliseconds(250)));
        Assert.False(waiting.IsCompleted);
        _answer.SetResult(Result);
        Assert.Same(Result, await waiting);
        Assert.False(_stream.IsDisposed);
    }

    [Fact]
    public async Task Await_CallerCannotBeWrittenTo_EndsWithTheAnswerAndGivesItBack()
    {
        var waiting = HeldAnswer.AwaitAsync(_answer.Task, Fail, _time);
        await Eventually.TrueAsync(() => Volatile.Read(ref _signs) == 1, () => _time.Advance(TimeSpan.FromMilliseconds(250)));
        Assert.False(waiting.IsCompleted);
        _answer.SetResult(Result);
        await Assert.ThrowsAsync<IOException>(() => waiting);
        Assert.True(_stream.IsDisposed);
    }

    [Fact]
    public async Task Await_NobodyWaitsForASign_IsTheAnswerItself()
    {
        var waiting = HeldAnswer.AwaitAsync(_answer.Task, null, _time);
        _answer.SetResult(Result);
        Assert.Same(Result, await waiting);
        Assert.False(_stream.IsDisposed);
    }

    private ForwardResult Result => field ??= new(new AttemptOutcome.Answered(((RouterResult.Answered)_stream.ToResult()).Answer), [], false);

    private ValueTask Fail()
    {
        Interlocked.Increment(ref _signs);
        throw new IOException("gone");
    }

    private ValueTask Sign()
    {
        Interlocked.Increment(ref _signs);
        return ValueTask.CompletedTask;
    }
}
