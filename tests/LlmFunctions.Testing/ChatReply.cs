using System.Text.Json.Nodes;

namespace LlmFunctions.Testing;

/// <summary>What a caller got.</summary>
public sealed record ChatReply(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string? Endpoint => Headers.GetValueOrDefault("x-llm-endpoint");

    public string Trail => Headers.GetValueOrDefault("x-llm-trail") ?? "";

    /// <summary>The trail without its times: <c>e0:refused, e1:200</c>.</summary>
    public string Path => string.Join(", ", Trail.Split(", ").Select(step => step.Split('(')[0]));

    public bool IsStream => Headers.GetValueOrDefault("Content-Type")?.StartsWith("text/event-stream", StringComparison.Ordinal) == true;

    public string Text => IsStream ? Chats.TextOfStream(Body) : Chats.TextOf(JsonNode.Parse(Body)!);

    public static async Task<ChatReply> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }
}
