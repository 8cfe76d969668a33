using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Reads and rewrites one raw event of a stream.</summary>
internal static class SseEvent
{
    // Events are JSON, never HTML: quotes may stand as they are.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
    /// <summary>The same event, its name and id included, with other data.</summary>
    public static byte[] WithData(ReadOnlyMemory<byte> raw, JsonNode data)
    {
        var written = new ArrayBufferWriter<byte>(raw.Length);
        var rest = raw.Span;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.IsEmpty || line.StartsWith("data:"u8))
                continue;
            written.Write(line);
            written.Write("\n"u8);
        }

        written.Write("data: "u8);
        using (var json = new Utf8JsonWriter(written, Plain))
            data.WriteTo(json);
        written.Write("\n\n"u8);
        return written.WrittenSpan.ToArray();
    }
}
