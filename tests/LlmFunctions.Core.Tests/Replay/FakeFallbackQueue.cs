using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Tests.Replay;

/// <summary>Keeps what was sent; nobody receives it.</summary>
internal sealed class FakeFallbackQueue : IFallbackQueue
{
    private readonly List<(ReplayMessage Message, TimeSpan Delay)> _sent = [];

    public bool IsDown { get; set; }

    /// <summary>In order: <c>{id}.{n} +seconds</c>.</summary>
    public IReadOnlyList<(ReplayMessage Message, TimeSpan Delay)> Sent => _sent;

    public Task EnqueueAsync(string id, int number, TimeSpan delay, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        if (IsDown)
            return Task.FromException(new QueueUnavailableException("down", new IOException()));
        lock (_sent)
            _sent.Add((new(id, number), delay));
        return Task.CompletedTask;
    }
}
