using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmFunctions.Simulator;

/// <summary>embeddings: unit vectors, as floats or as base64 of little-endian float32.</summary>
internal static class EmbeddingAnswer
{
    private const int DefaultDimensions = 16;

    public static Reply Answer(AnswerContext context)
    {
        var body = context.Request.Body;
        var dimensions = Math.Clamp(body.Number("dimensions") ?? DefaultDimensions, 1, 4096);
        var asBase64 = body.Text("encoding_format") == "base64";
        var data = Inputs(body.Member("input")).Select((input, index) => new { @object = "embedding", index, embedding = Encode(Vector(input, dimensions), asBase64) });
        return Reply.Json(new
        {
            @object = "list",
            data,
            model = context.Model,
            usage = new { prompt_tokens = context.PromptTokens, total_tokens = context.PromptTokens },
        });
    }

    // "text" | ["text", "text"] | [1, 2, 3] | [[1, 2], [3]]
    private static IEnumerable<string> Inputs(JsonElement? input) =>
        input is { ValueKind: JsonValueKind.Array } array && array.EnumerateArray().All(item => item.ValueKind != JsonValueKind.Number)
            ? array.EnumerateArray().Select(item => PromptText.Flatten(item))
            : [PromptText.Flatten(input)];

    private static float[] Vector(string input, int dimensions)
    {
        var state = GeneratedText.Seed(input);
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            state = GeneratedText.Next(state);
            vector[i] = ((state >> 40) / (float)(1 << 23)) - 1;
        }
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / length)];
    }

    private static object Encode(float[] vector, bool asBase64) =>
        asBase64 ? Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan())) : vector;
}
