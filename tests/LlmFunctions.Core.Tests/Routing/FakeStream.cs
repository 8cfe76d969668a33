using System.Runtime.CompilerServices;
using System.Text;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Core.Tests.Routing;

/// <summary>A streamed answer of an endpoint, chunk by chunk; tells whether it was given back.</summary>
internal sealed class FakeStream(params string[] chunks) : IAsyncDisposable
{
    private bool _isEnding;

    public bool IsBroken { get; init; }

    public bool IsDisposed { get; private set; }

    /// <summary>What happens before each chunk, given its number from 0.</summary>
    public Action<int> Before { get; init; } = _ => { };

    public RouterResult ToResult() =>
        new RouterResult.Answered(new(200, [new("Content-Type", "text/event-stream")], RelayAsync(), this, () => IsBroken) { Ending = () => _isEnding }, Decision.Empty("", "m"));

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RelayAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < chunks.Length; i++)
        {
            Before(i);
            cancellationToken.ThrowIfCancellationRequested();
            // A chunk is valid until the next is asked for.
            _isEnding = !IsBroken && i == chunks.Length - 1;
            var buffer = Encoding.UTF8.GetBytes(chunks[i]);
            yield return buffer;
            Array.Clear(buffer);
            await Task.Yield();
        }
    }
}
