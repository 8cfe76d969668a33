using System.Buffers;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Reads one raw event of a stream.</summary>
internal static class SseEvent
{
    /// <summary>The event's data, or empty for a comment. Example: <c>event: ping\ndata: {"type":"ping"}\n\n</c>.</summary>
    public static ReadOnlyMemory<byte> DataOf(ReadOnlyMemory<byte> raw)
    {
        ReadOnlyMemory<byte> data = default;
        ArrayBufferWriter<byte>? joined = null;
        var rest = raw;
        while (!rest.IsEmpty)
        {
            var end = rest.Span.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!line.Span.StartsWith("data:"u8))
                continue;

            line = line[5..];
            if (line.Span.StartsWith(" "u8))
                line = line[1..];
            if (data.IsEmpty && joined is null)
            {
                data = line;
                continue;
            }

            // Several data lines are one text with line ends between them.
            if (joined is null)
            {
                joined = new ArrayBufferWriter<byte>();
                joined.Write(data.Span);
            }

            joined.Write("\n"u8);
            joined.Write(line.Span);
        }

        return joined?.WrittenMemory ?? data;
    }
}
