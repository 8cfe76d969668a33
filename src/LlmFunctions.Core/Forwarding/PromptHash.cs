using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Tells whether two requests ask the same of the same model.</summary>
internal static class PromptHash
{
    public static UInt128 Of(ModelRequest request)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes($"{request.Model}\n{request.Path.StoredId}\n"));
        if (request.Body.PromptLength == 0)
            hash.Append(request.Body.Bytes.Span);
        else
            AppendPrompt(hash, request.Body.Bytes.Span);
        return hash.GetCurrentHashAsUInt128();
    }

    // Streamed or not, for this user or that: the same prompt crashes the same engines.
    private static void AppendPrompt(XxHash128 hash, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPrompt = IsPrompt(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isPrompt)
                hash.Append(json[start..(int)reader.BytesConsumed]);
        }
    }

    private static bool IsPrompt(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("messages"u8) || reader.ValueTextEquals("input"u8) || reader.ValueTextEquals("prompt"u8)
        || reader.ValueTextEquals("system"u8) || reader.ValueTextEquals("instructions"u8) || reader.ValueTextEquals("tools"u8);
}
