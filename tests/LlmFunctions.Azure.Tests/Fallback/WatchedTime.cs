using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Azure.Tests.Fallback;

/// <summary>A clock that the test moves, and that tells for how long it was asked to wait.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _pauses = new();

    /// <summary>In their order.</summary>
    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _pauses.Enqueue(dueTime);
        return timer;
    }
}
