namespace LlmFunctions.Simulator;

/// <summary>chat/completions.</summary>
internal sealed class ChatAnswer : IStreamedAnswer
{
    private readonly AnswerContext _context;
    private readonly string _id = AnswerContext.NewId("chatcmpl-");
    private readonly string? _tool;
    private readonly string _callId = AnswerContext.NewId("call_");
    private readonly GeneratedText[] _choices;
    private readonly bool _includeUsage;

    public ChatAnswer(AnswerContext context)
    {
        _context = context;
        var body = context.Request.Body;
        _tool = ToolChoice.Of(context.Request);
        var maxTokens = body.Number("max_completion_tokens") ?? body.Number("max_tokens");
        _choices = [.. Enumerable.Range(0, Math.Clamp(body.Number("n") ?? 1, 1, 128)).Select(choice => _tool is null
            ? context.Generate(maxTokens, choice)
            : GeneratedText.CreateArguments(context.Prompt, context.Speech))];
        _includeUsage = body.Member("stream_options")?.Flag("include_usage") == true;
        TokenCount = _choices.Sum(choice => choice.Tokens.Count);
    }

    public int TokenCount { get; }

    public byte[] Whole() => Json.Bytes(new
    {
        id = _id,
        @object = "chat.completion",
        created = _context.Created,
        model = _context.Model,
        choices = _choices.Select((choice, index) => new { index, message = Message(choice), logprobs = (object?)null, finish_reason = FinishOf(choice) }),
        usage = Usage(),
    });

    public IEnumerable<SseEvent> Events()
    {
        if (_context.Request.Path.Shape == ApiShape.Azure)
            yield return PromptFilterChunk();
        for (var choice = 0; choice < _choices.Length; choice++)
            yield return Chunk(SsePart.Opening, choice, OpeningDelta());
        var longest = _choices.Max(choice => choice.Chunks.Count);
        for (var i = 0; i < longest; i++)
        {
            for (var choice = 0; choice < _choices.Length; choice++)
            {
                if (i < _choices[choice].Chunks.Count)
                    yield return TokenChunk(choice, _choices[choice].Chunks[i]);
            }
        }
        for (var choice = 0; choice < _choices.Length; choice++)
            yield return Chunk(SsePart.Closing, choice, new { }, FinishOf(_choices[choice]));
        if (_includeUsage)
            yield return SseEvent.Of(SsePart.Closing, new { id = _id, @object = "chat.completion.chunk", created = _context.Created, model = _context.Model, choices = Array.Empty<object>(), usage = Usage() });
        yield return SseEvent.Done;
    }

    public SseEvent ErrorEvent(string? code, string? body) => InBandError.Plain(_context.Request.Path.Shape, code, body);

    private object OpeningDelta() => _tool is null
        ? new { role = "assistant", content = "" }
        : new
        {
            role = "assistant",
            content = (string?)null,
            tool_calls = new[] { new { index = 0, id = _callId, type = "function", function = new { name = _tool, arguments = "" } } },
        };

    private SseEvent TokenChunk(int choice, string token) => _tool is null
        ? Chunk(SsePart.Token, choice, new { content = token })
        : Chunk(SsePart.Token, choice, new { tool_calls = new[] { new { index = 0, function = new { arguments = token } } } });

    private SseEvent Chunk<TDelta>(SsePart part, int choice, TDelta delta, string? finish = null) => SseEvent.Of(part, new
    {
        id = _id,
        @object = "chat.completion.chunk",
        created = _context.Created,
        model = _context.Model,
        choices = new[] { new { index = choice, delta, logprobs = (object?)null, finish_reason = finish } },
        usage = (object?)null,
    });

    // Azure begins with a chunk that has no choices at all.
    private static SseEvent PromptFilterChunk() => SseEvent.Of(SsePart.Opening, new
    {
        id = "",
        @object = "",
        created = 0,
        model = "",
        choices = Array.Empty<object>(),
        prompt_filter_results = new[] { new { prompt_index = 0, content_filter_results = new { } } },
    });

    private object Message(GeneratedText choice) => _tool is null
        ? new { role = "assistant", content = choice.Text, refusal = (string?)null }
        : new
        {
            role = "assistant",
            content = (string?)null,
            tool_calls = new[] { new { id = _callId, type = "function", function = new { name = _tool, arguments = choice.Text } } },
        };

    private string FinishOf(GeneratedText choice) => _tool is not null ? "tool_calls" : choice.EndsByLength ? "length" : "stop";

    private object Usage() => new
    {
        prompt_tokens = _context.PromptTokens,
        completion_tokens = TokenCount,
        total_tokens = _context.PromptTokens + TokenCount,
    };
}
