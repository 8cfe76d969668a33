using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>How one API is asked, and where its answer says what the model said.</summary>
/// <param name="Path">The caller's path.</param>
/// <param name="Body">The body without <c>model</c> and <c>stream</c>, for a prompt.</param>
/// <param name="Said">In a whole answer.</param>
/// <param name="SaidInEvent">In one event of a streamed answer; null: it is never streamed.</param>
internal sealed record ApiCall(string Path, Func<string, JsonObject> Body, Func<JsonNode, JsonNode?> Said, Func<JsonNode, JsonNode?>? SaidInEvent)
{
    public static IReadOnlyDictionary<string, ApiCall> All { get; } = new Dictionary<string, ApiCall>
    {
        ["chat"] = new("/v1/chat/completions", Messages, a => a["choices"]![0]!["message"]!["content"], e => First(e["choices"])?["delta"]?["content"]),
        ["completions"] = new("/v1/completions", prompt => new() { ["prompt"] = prompt }, a => a["choices"]![0]!["text"], e => First(e["choices"])?["text"]),
        ["responses"] = new(
            "/v1/responses", Input, a => a["output"]![0]!["content"]![0]!["text"], e => (string?)e["type"] == "response.output_text.delta" ? e["delta"] : null),
        ["messages"] = new(
            "/v1/messages", MessagesWithALimit, a => a["content"]![0]!["text"], e => e["delta"]?["text"]),
        ["transcriptions"] = new(
            "/v1/audio/transcriptions", prompt => new() { ["prompt"] = prompt }, a => a["text"], e => (string?)e["type"] == "transcript.text.delta" ? e["delta"] : null),
        ["embeddings"] = new("/v1/embeddings", Input, a => a["data"]![0]!["embedding"], null),
        ["images"] = new("/v1/images/generations", prompt => new() { ["prompt"] = prompt }, a => a["data"]![0]!["revised_prompt"], null),
        ["moderations"] = new("/v1/moderations", Input, a => a["results"], null),
    };

    public bool IsAnthropic => Path == "/v1/messages";

    /// <summary>Asks at a router or, without one, at an endpoint.</summary>
    public async Task<ChatReply> AskAsync(HttpClient http, Uri at, string model, bool stream, CancellationToken cancellationToken = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(at, Path)) { Content = Content(model, stream) };
        using var response = await http.SendAsync(message, cancellationToken);
        return await ChatReply.ReadAsync(response);
    }

    /// <summary>What the model said, whole or streamed.</summary>
    public string TextOf(ChatReply reply) => reply.IsStream
        ? string.Concat(reply.Body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(line => (string?)SaidInEvent!(JsonNode.Parse(line["data: ".Length..])!)))
        : Said(JsonNode.Parse(reply.Body)!)!.ToJsonString();

    private HttpContent Content(string model, bool stream)
    {
        var body = Body(model);
        body["model"] = model;
        body["stream"] = stream;
        if (!Path.Contains("audio", StringComparison.Ordinal))
            return JsonContent.Create(body);
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[2000]), "file", "a.wav" } };
        foreach (var (name, value) in body)
            form.Add(new StringContent(value!.ToString()), name);
        return form;
    }

    private static JsonObject Messages(string prompt) =>
        new() { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = prompt }) };

    private static JsonObject MessagesWithALimit(string prompt)
    {
        var body = Messages(prompt);
        body["max_tokens"] = 50;
        return body;
    }

    private static JsonObject Input(string prompt) => new() { ["input"] = prompt };

    private static JsonNode? First(JsonNode? array) => array is JsonArray { Count: > 0 } items ? items[0] : null;
}
