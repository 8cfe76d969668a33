using System.Text.Json;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Reads how many tokens an answer says it took. Examples: <c>{"prompt_tokens":9,"completion_tokens":12}</c> (chat, completions,
/// embeddings), <c>{"input_tokens":9,"output_tokens":12}</c> (Responses, Messages, images). Messages counts what its cache wrote and read beside
/// the input; the conventions count all of it as input.</summary>
internal static class AnswerUsage
{
    /// <param name="usage">The value of <c>usage</c>, whatever it is.</param>
    public static TokenUsage Read(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
            return default;
        var input = NumberIn(usage, "input_tokens"u8) ?? NumberIn(usage, "prompt_tokens"u8);
        var cached = (NumberIn(usage, "cache_creation_input_tokens"u8) ?? 0) + (NumberIn(usage, "cache_read_input_tokens"u8) ?? 0);
        return new(input + cached, NumberIn(usage, "output_tokens"u8) ?? NumberIn(usage, "completion_tokens"u8));
    }

    /// <summary>The value of <c>usage</c> in it.</summary>
    public static TokenUsage In(JsonElement answer) => answer.TryGetProperty("usage"u8, out var usage) ? Read(usage) : default;

    /// <summary>The model that gave the answer, as it calls itself.</summary>
    public static string? ModelIn(JsonElement answer) => answer.TryGetProperty("model"u8, out var model) ? TextOf(model) : null;

    /// <summary>Null where it is no text, or half a surrogate pair: who only looks must not break an answer.</summary>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static long? NumberIn(JsonElement usage, ReadOnlySpan<byte> name) =>
        usage.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number : null;
}
