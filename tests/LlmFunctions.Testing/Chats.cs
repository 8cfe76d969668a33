using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace LlmFunctions.Testing;

/// <summary>Chat requests as an application sends them.</summary>
public static class Chats
{
    public static JsonObject Body(string prompt, bool stream = false) => new()
    {
        ["model"] = "m",
        ["stream"] = stream,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }),
    };

    public static HttpRequestMessage Message(string prompt, bool stream = false, params (string Name, string Value)[] headers)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = JsonContent.Create(Body(prompt, stream)) };
        foreach (var (name, value) in headers)
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    /// <summary>Sends one chat and reads its answer whole.</summary>
    public static async Task<ChatReply> ChatAsync(this HttpClient http, string prompt, bool stream = false, params (string Name, string Value)[] headers)
    {
        using var message = Message(prompt, stream, headers);
        using var response = await http.SendAsync(message);
        return await ChatReply.ReadAsync(response);
    }

    public static string TextOf(JsonNode answer) => answer["choices"]?[0]?["message"]?["content"]?.GetValue<string>() ?? "";

    /// <summary>The text of a stream's deltas.</summary>
    public static string TextOfStream(string body)
    {
        var text = new StringBuilder();
        foreach (var line in body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)))
            text.Append(JsonNode.Parse(line["data: ".Length..])?["choices"] is JsonArray { Count: > 0 } choices ? choices[0]?["delta"]?["content"]?.GetValue<string>() : null);
        return text.ToString();
    }
}
