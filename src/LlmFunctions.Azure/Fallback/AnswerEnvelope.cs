using System.Buffers.Binary;
using System.Text.Json;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Azure.Fallback;

/// <summary>An answer as one blob, since a blob's own metadata holds neither any text nor much: four bytes of length, that
/// many of JSON such as <c>{"Status":200,"Headers":"[[\"content-type\",\"application/json\"]]"}</c>, then the body as it came.</summary>
internal static class AnswerEnvelope
{
    public static BinaryData Write(StoredResponse answer)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(new Head(answer.Status, HeaderJson.Write(answer.Headers)));
        var blob = new byte[sizeof(int) + head.Length + answer.Body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(blob, head.Length);
        head.CopyTo(blob, sizeof(int));
        answer.Body.CopyTo(blob.AsMemory(sizeof(int) + head.Length));
        return BinaryData.FromBytes(blob);
    }

    public static StoredResponse Read(ReadOnlyMemory<byte> blob)
    {
        var body = sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(blob.Span);
        var head = JsonSerializer.Deserialize<Head>(blob.Span[sizeof(int)..body])!;
        return new(head.Status, HeaderJson.Read(head.Headers), blob[body..]);
    }

    private sealed record Head(int Status, string Headers);
}
