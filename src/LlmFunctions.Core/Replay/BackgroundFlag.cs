using System.Buffers;
using System.Text.Json;

namespace LlmFunctions.Core.Replay;

/// <summary>Takes <c>"background": true</c> out of a body. All else stays byte for byte as the caller sent it, also what a tree of JSON could not hold:
/// a name that is written twice, or a deep body.</summary>
internal static class BackgroundFlag
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1000 };

    /// <param name="body">A JSON object that was read before.</param>
    public static byte[] Clear(ReadOnlyMemory<byte> body)
    {
        var cleared = new ArrayBufferWriter<byte>(body.Length + 1);
        var reader = new Utf8JsonReader(body.Span, Deep);
        var copied = 0;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFlag = reader.ValueTextEquals("background"u8);
            reader.Read();
            if (isFlag && reader.TokenType == JsonTokenType.True)
            {
                cleared.Write(body.Span[copied..(int)reader.TokenStartIndex]);
                cleared.Write("false"u8);
                copied = (int)reader.BytesConsumed;
            }

            reader.Skip();
        }

        cleared.Write(body.Span[copied..]);
        return cleared.WrittenSpan.ToArray();
    }
}
