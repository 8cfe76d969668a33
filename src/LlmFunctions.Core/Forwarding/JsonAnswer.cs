using System.Text.Json;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Looks over a whole answer once: whether it is JSON, whether it is an error after all, the id it is kept under, and what it says of
/// itself.</summary>
/// <param name="IsSound">It is one JSON object and nothing behind it.</param>
/// <param name="IsError">It is an object whose <c>error</c> is set.</param>
/// <param name="Id">Its top-level <c>id</c>, if it has one.</param>
internal readonly record struct JsonAnswer(bool IsSound, bool IsError, string? Id)
{
    /// <summary>Its top-level <c>model</c>, if it has one.</summary>
    public string? Model { get; init; }

    public TokenUsage Usage { get; init; }

    /// <param name="body">The answer.</param>
    /// <param name="wantsId">Whether its id is looked for.</param>
    /// <param name="wantsUsage">Whether its model and usage are.</param>
    public static JsonAnswer Read(ReadOnlySpan<byte> body, bool wantsId, bool wantsUsage)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            // Every answer that is JSON is an object.
            return reader.TokenType == JsonTokenType.StartObject ? ReadObject(ref reader, wantsId, wantsUsage) : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half a surrogate pair in its id.
            return default;
        }
    }

    private static JsonAnswer ReadObject(ref Utf8JsonReader reader, bool wantsId, bool wantsUsage)
    {
        var answer = new JsonAnswer(true, false, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isError = reader.ValueTextEquals("error"u8);
            var isId = wantsId && reader.ValueTextEquals("id"u8);
            var isModel = wantsUsage && reader.ValueTextEquals("model"u8);
            var isUsage = wantsUsage && reader.ValueTextEquals("usage"u8);
            reader.Read();
            if (isError && reader.TokenType is (JsonTokenType.StartObject or JsonTokenType.String))
                answer = answer with { IsError = true };
            if (isId && reader.TokenType == JsonTokenType.String)
                answer = answer with { Id = reader.GetString() };
            if (isModel && reader.TokenType == JsonTokenType.String)
                answer = answer with { Model = AnswerUsage.TextOf(JsonElement.ParseValue(ref reader)) };
            if (isUsage && reader.TokenType == JsonTokenType.StartObject)
                answer = answer with { Usage = AnswerUsage.Read(JsonElement.ParseValue(ref reader)) };
            reader.Skip();
        }

        reader.Read();
        return answer;
    }
}
