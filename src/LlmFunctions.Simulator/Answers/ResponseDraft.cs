namespace LlmFunctions.Simulator;

/// <summary>The response object of the Responses API, in each of its states.</summary>
internal sealed class ResponseDraft
{
    private readonly string _callId = AnswerContext.NewId("call_");
    private readonly string? _tool;
    private readonly string _model;
    private readonly long _created;
    private readonly int _inputTokens;
    private readonly int? _maxTokens;
    private readonly string? _instructions;
    private readonly string? _previous;

    // A draft outlives the request it came from: it copies what it needs.
    public ResponseDraft(AnswerContext context)
    {
        var body = context.Request.Body;
        _tool = ToolChoice.Of(context.Request);
        _model = context.Model;
        _created = context.Created;
        _inputTokens = context.PromptTokens;
        _maxTokens = body.Number("max_output_tokens");
        _instructions = body.Text("instructions");
        _previous = body.Text("previous_response_id");
        IsInBackground = body.Flag("background");
        IsStored = !body.IsFalse("store");
        ItemId = AnswerContext.NewId(IsToolCall ? "fc_" : "msg_");
        Text = IsToolCall ? GeneratedText.CreateArguments(context.Prompt, context.Speech) : context.Generate(_maxTokens);
    }

    public string Id { get; } = AnswerContext.NewId("resp_");
    public string ItemId { get; }
    public bool IsInBackground { get; }
    public bool IsStored { get; }
    public bool IsToolCall => _tool is not null;
    public GeneratedText Text { get; }

    /// <summary>completed, or incomplete if the length ended it.</summary>
    public string FinalStatus => Text.EndsByLength ? "incomplete" : "completed";

    /// <param name="status">queued, in_progress, completed, incomplete or cancelled.</param>
    public object InStatus(string status)
    {
        var isFinal = status is "completed" or "incomplete";
        return new
        {
            id = Id,
            @object = "response",
            created_at = _created,
            status,
            background = IsInBackground,
            error = (object?)null,
            incomplete_details = status == "incomplete" ? new { reason = "max_output_tokens" } : null,
            instructions = _instructions,
            max_output_tokens = _maxTokens,
            metadata = new { },
            model = _model,
            output = isFinal ? [Item(status)] : Array.Empty<object>(),
            parallel_tool_calls = true,
            previous_response_id = _previous,
            store = IsStored,
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
            ? new { id = ItemId, type = "function_call", status, call_id = _callId, name = _tool, arguments = isFinal ? Text.Text : "" }
            : new { id = ItemId, type = "message", status, role = "assistant", content = isFinal ? [Part(Text.Text)] : Array.Empty<object>() };
    }

    public static object Part(string text) => new { type = "output_text", text, annotations = Array.Empty<object>(), logprobs = Array.Empty<object>() };

    private object Usage() => new
    {
        input_tokens = _inputTokens,
        input_tokens_details = new { cached_tokens = 0 },
        output_tokens = Text.Tokens.Count,
        output_tokens_details = new { reasoning_tokens = 0 },
        total_tokens = _inputTokens + Text.Tokens.Count,
    };
}
