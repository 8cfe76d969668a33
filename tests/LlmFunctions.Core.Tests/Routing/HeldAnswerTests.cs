using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Health;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Routing;

public sealed class HeldAnswerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<int> _answer = new();
    private int _signs;

    [Fact]
    public async Task Await_WhileItIsPending_GivesSignsOfLifeAndThenTheAnswer()
    {
        var waiting = HeldAnswer.AwaitAsync(_answer.Task, Sign, _time);
        Assert.Equal(0, _signs);
        await Eventually.TrueAsync(() => Volatile.Read(ref _signs) >= 3, () => _time.Advance(TimeSpan.FromMilliseconds(250)));
        Assert.False(waiting.IsCompleted);
        _answer.SetResult(7);
        Assert.Equal(7, await waiting);
    }

    [Fact]
    public async Task Await_CallerCannotBeWrittenTo_EndsWithTheAnswerAndNotBefore()
    {
        var waiting = HeldAnswer.AwaitAsync(_answer.Task, Fail, _time);
        await Eventually.TrueAsync(() => Volatile.Read(ref _signs) == 1, () => _time.Advance(TimeSpan.FromMilliseconds(250)));
        Assert.False(waiting.IsCompleted);
        _answer.SetResult(7);
        await Assert.ThrowsAsync<IOException>(() => waiting);
    }

    [Fact]
    public async Task Await_NobodyWaitsForASign_IsTheAnswerItself()
    {
        var waiting = HeldAnswer.AwaitAsync(_answer.Task, null, _time);
        _answer.SetResult(7);
        Assert.Equal(7, await waiting);
    }

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
