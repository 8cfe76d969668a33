using System.Buffers;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Cuts a stream of server-sent events into its events, byte for byte. Source: WHATWG HTML §9.2.6.</summary>
internal sealed class SseEventReader(Stream stream) : IDisposable
{
    /// <summary>The largest event taken; images arrive as one event.</summary>
    public const int LongestEvent = 32 * 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _start;
    private int _scanned;
    private int _end;

    /// <summary>The next event with the blank line that ends it; valid until the next call. A last event that the stream
    /// ended without a blank line gets one. Empty at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">An event is longer than <see cref="LongestEvent"/>.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (FindEnd() is var end and > 0)
            {
                var found = _buffer.AsMemory(_start..end);
                _start = _scanned = end;
                return found;
            }

            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
                return TakeUnfinished();
            _end += read;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _scanned = _end = 0;
    }

    private byte[] TakeUnfinished()
    {
        var rest = _buffer.AsSpan(_start.._end);
        byte[] whole = rest.IsEmpty ? [] : [.. rest, .. "\n\n"u8];
        _start = _scanned = _end;
        return whole;
    }

    // An event ends behind two line ends in a row, each \n, \r\n or \r.
    private int FindEnd()
    {
        var span = _buffer.AsSpan(0, _end);
        for (var i = _scanned; i < span.Length;)
        {
            var next = span[i..].IndexOfAny((byte)'\n', (byte)'\r');
            if (next < 0)
            {
                _scanned = span.Length;
                return 0;
            }

            i += next;
            var first = LineEndAt(span, i);
            if (first < 0)
            {
                _scanned = i;
                return 0;
            }

            var second = i + first < span.Length ? LineEndAt(span, i + first) : -1;
            if (second > 0)
                return i + first + second;
            if (second < 0)
            {
                _scanned = i;
                return 0;
            }

            i += first;
        }

        return 0;
    }

    /// <summary>The length of the line end at <paramref name="at"/>, 0 when there is none, -1 when the next byte decides.</summary>
    private static int LineEndAt(ReadOnlySpan<byte> span, int at) => span[at] switch
    {
        (byte)'\n' => 1,
        (byte)'\r' => at + 1 < span.Length ? (span[at + 1] == (byte)'\n' ? 2 : 1) : -1,
        _ => 0,
    };

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
            return;
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_scanned, _end, _start) = (_scanned - _start, _end - _start, 0);
            return;
        }

        if (_buffer.Length >= LongestEvent)
            throw new InvalidDataException("An event of the stream is too long.");
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
