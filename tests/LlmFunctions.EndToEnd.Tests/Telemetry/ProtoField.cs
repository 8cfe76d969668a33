using System.Buffers.Binary;
using System.Text;

namespace LlmFunctions.EndToEnd.Tests.Telemetry;

/// <summary>One field of a message in Protocol Buffers' wire format.</summary>
/// <param name="Number">Which one.</param>
/// <param name="Bits">Its value, where that is a number.</param>
/// <param name="Bytes">Its value, where that is a text, bytes or a message.</param>
internal readonly record struct ProtoField(int Number, ulong Bits, ReadOnlyMemory<byte> Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public string Hex => Convert.ToHexStringLower(Bytes.Span);

    /// <summary>The messages at the end of a path of field numbers.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> At(ReadOnlyMemory<byte> message, params int[] path) => path is [var number, .. var rest]
        ? Read(message).Where(field => field.Number == number).SelectMany(field => At(field.Bytes, rest))
        : [message];

    public static List<ProtoField> Read(ReadOnlyMemory<byte> message)
    {
        var fields = new List<ProtoField>();
        while (!message.IsEmpty)
        {
            var key = Varint(ref message);
            fields.Add((key & 7) switch
            {
                0 => new((int)(key >> 3), Varint(ref message), default),
                1 => new((int)(key >> 3), BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, 8).Span), default),
                2 => new((int)(key >> 3), 0, Take(ref message, (int)Varint(ref message))),
                5 => new((int)(key >> 3), BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, 4).Span), default),
                _ => throw new InvalidDataException($"There is no wire type {key & 7}."),
            });
        }

        return fields;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(ref message, 1).Span[0];
            value |= (next & 0x7FUL) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> message, int length)
    {
        var taken = message[..length];
        message = message[length..];
        return taken;
    }
}
