using System.Collections.Concurrent;
using System.Threading.Channels;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Azure.Tests.Fallback;

/// <summary>Notes the messages that arrive and does with each what the test says.</summary>
internal sealed class FakeReplayTarget : IReplayTarget
{
    private readonly Channel<ReplayMessage> _arrivals = Channel.CreateUnbounded<ReplayMessage>();
    private readonly ConcurrentQueue<ReplayMessage> _all = new();
    private int _running;
    private int _peak;

    public int MostInFlight { get; set; } = 4;

    public Func<ReplayMessage, CancellationToken, Task> Run { get; set; } = (_, _) => Task.CompletedTask;

    public IReadOnlyList<ReplayMessage> All => [.. _all];

    public int Peak => _peak;

    public async Task<ReplayMessage> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _arrivals.Reader.ReadAsync(limit.Token);
    }

    public async Task ReplayAsync(ReplayMessage message, CancellationToken cancellationToken)
    {
        var running = Interlocked.Increment(ref _running);
        for (var peak = _peak; running > peak; peak = _peak)
            Interlocked.CompareExchange(ref _peak, running, peak);
        _all.Enqueue(message);
        await _arrivals.Writer.WriteAsync(message, CancellationToken.None);
        try
        {
            await Run(message, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
