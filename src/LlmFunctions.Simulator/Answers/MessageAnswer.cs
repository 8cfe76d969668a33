using System.Text.Json;

namespace LlmFunctions.Simulator;

/// <summary>messages, Anthropic's API.</summary>
internal sealed class MessageAnswer : IStreamedAnswer
{
    private readonly AnswerContext _context;
    private readonly string _id = AnswerContext.NewId("msg_");
    private readonly string _toolId = AnswerContext.NewId("toolu_");
    private readonly string? _tool;
    private readonly GeneratedText _text;

    public MessageAnswer(AnswerContext context)
    {
        _context = context;
        _tool = ToolChoice.Of(context.Request);
        _text = _tool is null
            ? context.Generate(context.Request.Body.Number("max_tokens"))
            : GeneratedText.CreateArguments(context.Prompt, context.Speech);
    }

    public int TokenCount => _text.Tokens.Count;

    private string StopReason => _tool is not null ? "tool_use" : _text.EndsByLength ? "max_tokens" : "end_turn";

    public byte[] Whole() => Json.Bytes(Message(
        [_tool is null
            ? new { type = "text", text = _text.Text }
            : new { type = "tool_use", id = _toolId, name = _tool, input = JsonSerializer.Deserialize<JsonElement>(_text.Text) }],
        StopReason, _text.Tokens.Count));

    public IEnumerable<SseEvent> Events()
    {
        yield return Event(SsePart.Opening, "message_start", new { type = "message_start", message = Message([], null, 1) });
        object block = _tool is null
            ? new { type = "text", text = "" }
            : new { type = "tool_use", id = _toolId, name = _tool, input = new { } };
        yield return Event(SsePart.Opening, "content_block_start", new { type = "content_block_start", index = 0, content_block = block });
        yield return Event(SsePart.Opening, "ping", new { type = "ping" });
        foreach (var token in _text.Chunks)
            yield return Event(SsePart.Token, "content_block_delta", new { type = "content_block_delta", index = 0, delta = Delta(token) });
        yield return Event(SsePart.Closing, "content_block_stop", new { type = "content_block_stop", index = 0 });
        yield return Event(SsePart.Closing, "message_delta", new
        {
            type = "message_delta",
            delta = new { stop_reason = StopReason, stop_sequence = (string?)null },
            usage = new { output_tokens = _text.Tokens.Count },
        });
        yield return Event(SsePart.Terminal, "message_stop", new { type = "message_stop" });
    }

    // event: error
    // data: {"type":"error","error":{"type":"overloaded_error","message":"…"}}
    public SseEvent ErrorEvent(string? code, string? body) => body is null
        ? Event(SsePart.Closing, "error", new { type = "error", error = new { type = code ?? "overloaded_error", message = "Simulated error in the stream." } })
        : new SseEvent(SsePart.Closing, "error", System.Text.Encoding.UTF8.GetBytes(body));

    private object Delta(string token) => _tool is null
        ? new { type = "text_delta", text = token }
        : new { type = "input_json_delta", partial_json = token };

    private object Message(object[] content, string? stopReason, int outputTokens) => new
    {
        id = _id,
        type = "message",
        role = "assistant",
        model = _context.Model,
        content,
        stop_reason = stopReason,
        stop_sequence = (string?)null,
        usage = new { input_tokens = _context.PromptTokens, cache_creation_input_tokens = 0, cache_read_input_tokens = 0, output_tokens = outputTokens },
    };

    private static SseEvent Event<T>(SsePart part, string name, T data) => SseEvent.Of(part, data, name);
}
