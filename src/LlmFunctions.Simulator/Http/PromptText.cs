using System.Text.Json;

namespace LlmFunctions.Simulator;

/// <summary>The text of a request that its answer depends on.</summary>
internal static class PromptText
{
    public static string Of(string operation, JsonElement body) => operation switch
    {
        "chat/completions" or "messages" or "messages/count_tokens" => LastUser(body.Items("messages")),
        "responses" => body.Member("input") is { ValueKind: JsonValueKind.Array } ? LastUser(body.Items("input")) : body.Text("input") ?? "",
        "completions" or "images/generations" => Flatten(body.Member("prompt")),
        _ => Flatten(body.Member("input")),
    };

    // [{"role":"user","content":"Hi"}, {"role":"user","content":[{"type":"text","text":"Hi"}]}]
    private static string LastUser(IEnumerable<JsonElement> messages)
    {
        JsonElement? last = null;
        foreach (var message in messages)
        {
            if (message.Text("role") == "user")
                last = message;
        }
        return Flatten(last?.Member("content"));
    }

    public static string Flatten(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } array => string.Join('\n', array.EnumerateArray().Select(item => Flatten(item))),
        { ValueKind: JsonValueKind.Object } part => part.Text("text") ?? "",
        { ValueKind: JsonValueKind.Number } token => token.GetRawText(),
        _ => "",
    };
}
