using System.Text.Json;

namespace LlmFunctions.Core.Forwarding;

/// <summary>What the body of an error, or an in-band error, says; all empty when it cannot be read.</summary>
/// <param name="Code">OpenAI's and Azure's <c>code</c>, or the inner error's.</param>
/// <param name="Type">OpenAI's and Anthropic's <c>type</c>.</param>
/// <param name="Message">For people; some kinds of error are told apart by it alone.</param>
/// <param name="Parameter">OpenAI's <c>param</c>.</param>
internal readonly record struct ErrorBody(string Code, string Type, string Message, string Parameter)
{
    public static ErrorBody None { get; } = new("", "", "", "");

    public static ErrorBody Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : None;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half a surrogate pair in it.
            return None;
        }
    }

    // {"error":{"message":"…","type":"…","param":null,"code":"…"}}   OpenAI, Azure OpenAI
    // {"type":"error","error":{"type":"overloaded_error","message":"…"}}   Anthropic
    // {"object":"error","message":"…","type":"NotFoundError","code":404}   vLLM
    // {"type":"response.failed","response":{"error":{"code":"server_error","message":"…"}}}   Responses
    private static ErrorBody Read(JsonElement root)
    {
        var error = root;
        if (root.TryGetProperty("response"u8, out var response) && response.ValueKind == JsonValueKind.Object)
            error = response;
        if (error.TryGetProperty("error"u8, out var inner))
        {
            if (inner.ValueKind == JsonValueKind.String)
                return None with { Message = inner.GetString()! };
            if (inner.ValueKind == JsonValueKind.Object)
                error = inner;
        }

        return new(Text(error, "code"), Text(error, "type"), Text(error, "message"), Text(error, "param"));
    }

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Number => value.GetRawText(),
                _ => "",
            }
            : "";
}
