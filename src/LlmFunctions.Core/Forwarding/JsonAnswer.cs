using System.Text.Json;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Looks over a whole answer once: whether it is JSON, whether it is an error after all, and the id it is kept under.</summary>
/// <param name="IsSound">It is one JSON value and nothing behind it.</param>
/// <param name="IsError">It is an object whose <c>error</c> is set.</param>
/// <param name="Id">Its top-level <c>id</c>, if it has one.</param>
internal readonly record struct JsonAnswer(bool IsSound, bool IsError, string? Id)
{
    public static JsonAnswer Read(ReadOnlySpan<byte> body, bool wantsId)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return new(!reader.Read(), false, null);
            }

            return ReadObject(ref reader, wantsId);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half a surrogate pair in its id.
            return default;
        }
    }

    private static JsonAnswer ReadObject(ref Utf8JsonReader reader, bool wantsId)
    {
        var answer = new JsonAnswer(true, false, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isError = reader.ValueTextEquals("error"u8);
            var isId = wantsId && reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isError && reader.TokenType is (JsonTokenType.StartObject or JsonTokenType.String))
                answer = answer with { IsError = true };
            if (isId && reader.TokenType == JsonTokenType.String)
                answer = answer with { Id = reader.GetString() };
            reader.Skip();
        }

        reader.Read();
        return answer;
    }
}
