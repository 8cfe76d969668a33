using System.Runtime.CompilerServices;
using LlmFunctions.Core.Forwarding.Splicing;

namespace LlmFunctions.Core.Forwarding;

/// <summary>One deployment's stream as it goes to the caller: as it came, or spliced to what the caller has. It just stops where it
/// breaks.</summary>
/// <param name="guard">The stream; disposed with this.</param>
/// <param name="dialect">What has read it so far.</param>
/// <param name="splicer">Fits it to what the caller has; null: the caller has nothing yet.</param>
/// <param name="opening">What was read so far and goes to the caller.</param>
/// <param name="isWhole">Whether the opening holds the stream's end already.</param>
internal sealed class OpenStream(StreamGuard guard, StreamDialect dialect, StreamSplicer? splicer, ReadOnlyMemory<byte> opening, bool isWhole) : IAsyncDisposable
{
    private ReadOnlyMemory<byte> _opening = opening;
    private bool _isWhole = isWhole;

    /// <summary>How it broke; null: it did not.</summary>
    public StreamBreak? Break { get; private set; }

    /// <summary>Whether what was given last is the sound end.</summary>
    public bool IsEnding => _isWhole && Break is null;

    /// <summary>Swallows what the caller has, up to the first of what it lacks, or to a break.</summary>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        while (_opening.IsEmpty && !_isWhole)
            (_opening, _isWhole) = await NextAsync(cancellationToken);
    }

    /// <summary>What goes to the caller. Enumerate once; each chunk is valid until the next is asked for.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> RelayAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (_isWhole)
            guard.Release();
        yield return _opening;
        while (!_isWhole)
        {
            (var bytes, _isWhole) = await NextAsync(cancellationToken);
            if (_isWhole)
                guard.Release();
            if (!bytes.IsEmpty)
                yield return bytes;
        }
    }

    /// <summary>An in-band error behind what was relayed.</summary>
    public byte[] ErrorEvent(string code, string message) => splicer?.ErrorEvent(code, message) ?? dialect.ErrorEvent(code, message);

    public ValueTask DisposeAsync() => guard.DisposeAsync();

    private async ValueTask<(ReadOnlyMemory<byte> Bytes, bool IsLast)> NextAsync(CancellationToken cancellationToken)
    {
        var (raw, isLast) = await guard.ReadAsync(cancellationToken);
        Break = guard.Break;
        if (splicer is null)
            return (raw, isLast);
        if (Break is { LastEvent.IsEmpty: false })
            Break = Break with { LastEvent = splicer.Rename(Break.LastEvent) };
        if (raw.IsEmpty)
            return (raw, isLast);

        var step = splicer.Splice(raw);
        if (step.Differs)
        {
            Break = new(null, "stream_differs", "Another deployment went on with the answer, and said something else than before.");
            guard.Reject(Break.Code);
        }

        return (step.Bytes, isLast || step.Differs);
    }
}
