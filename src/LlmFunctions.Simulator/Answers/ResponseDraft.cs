namespace LlmFunctions.Simulator;

/// <summary>The response object of the Responses API, in each of its states.</summary>
internal sealed class ResponseDraft
{
    private readonly AnswerContext _context;
    private readonly string? _tool;
    private readonly string _itemId;
    private readonly string _callId = AnswerContext.NewId("call_");

    public ResponseDraft(AnswerContext context)
    {
        _context = context;
        _tool = ToolChoice.Of(context.Request);
        _itemId = AnswerContext.NewId(IsToolCall ? "fc_" : "msg_");
        Text = IsToolCall
            ? GeneratedText.CreateArguments(context.Prompt, context.AnswerTokens)
            : context.Generate(context.Request.Body.Number("max_output_tokens"));
    }

    public string Id { get; } = AnswerContext.NewId("resp_");
    public string ItemId => _itemId;
    public bool IsToolCall => _tool is not null;
    public GeneratedText Text { get; }

    /// <summary>completed, or incomplete if the length ended it.</summary>
    public string FinalStatus => Text.EndsByLength ? "incomplete" : "completed";

    /// <param name="status">queued, in_progress, completed, incomplete or cancelled.</param>
    public object InStatus(string status)
    {
        var body = _context.Request.Body;
        var isFinal = status is "completed" or "incomplete";
        return new
        {
            id = Id,
            @object = "response",
            created_at = _context.Created,
            status,
            background = body.Flag("background"),
            error = (object?)null,
            incomplete_details = status == "incomplete" ? new { reason = "max_output_tokens" } : null,
            instructions = body.Text("instructions"),
            max_output_tokens = body.Number("max_output_tokens"),
            metadata = new { },
            model = _context.Model,
            output = isFinal ? [Item(status)] : Array.Empty<object>(),
            parallel_tool_calls = true,
            previous_response_id = body.Text("previous_response_id"),
            store = body.Member("store")?.ValueKind != System.Text.Json.JsonValueKind.False,
            temperature = 1.0,
            text = new { format = new { type = "text" } },
            tool_choice = "auto",
            tools = Array.Empty<object>(),
            top_p = 1.0,
            truncation = "disabled",
            usage = isFinal ? Usage() : null,
        };
    }

    /// <summary>The output item, without its content while it is in progress.</summary>
    public object Item(string status)
    {
        var isFinal = status != "in_progress";
        return IsToolCall
            ? new { id = _itemId, type = "function_call", status, call_id = _callId, name = _tool, arguments = isFinal ? Text.Text : "" }
            : new { id = _itemId, type = "message", status, role = "assistant", content = isFinal ? [Part(Text.Text)] : Array.Empty<object>() };
    }

    public static object Part(string text) => new { type = "output_text", text, annotations = Array.Empty<object>(), logprobs = Array.Empty<object>() };

    private object Usage() => new
    {
        input_tokens = _context.PromptTokens,
        input_tokens_details = new { cached_tokens = 0 },
        output_tokens = Text.Tokens.Count,
        output_tokens_details = new { reasoning_tokens = 0 },
        total_tokens = _context.PromptTokens + Text.Tokens.Count,
    };
}
