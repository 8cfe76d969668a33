using System.Buffers;
using System.Text;

namespace LlmFunctions.Simulator;

/// <summary>One server-sent event.</summary>
internal readonly record struct SseEvent(SsePart Part, string? Name, ReadOnlyMemory<byte> Data)
{
    public static SseEvent Done { get; } = new(SsePart.Terminal, null, "[DONE]"u8.ToArray());

    public static SseEvent Of<T>(SsePart part, T data, string? name = null) => new(part, name, Json.Bytes(data));

    public void WriteTo(IBufferWriter<byte> writer)
    {
        if (Name is not null)
        {
            writer.Write("event: "u8);
            Encoding.UTF8.GetBytes(Name, writer);
            writer.Write("\n"u8);
        }
        writer.Write("data: "u8);
        writer.Write(Data.Span);
        writer.Write("\n\n"u8);
    }
}
