namespace LlmFunctions.Simulator;

/// <summary>completions, the older API.</summary>
internal sealed class CompletionAnswer : IStreamedAnswer
{
    private readonly AnswerContext _context;
    private readonly string _id = AnswerContext.NewId("cmpl-");
    private readonly GeneratedText[] _choices;
    private readonly bool _includeUsage;

    public CompletionAnswer(AnswerContext context)
    {
        _context = context;
        var body = context.Request.Body;
        _choices = [.. Enumerable.Range(0, Math.Clamp(body.Number("n") ?? 1, 1, 128)).Select(choice => context.Generate(body.Number("max_tokens"), choice))];
        _includeUsage = body.Member("stream_options")?.Flag("include_usage") == true;
        TokenCount = _choices.Sum(choice => choice.Tokens.Count);
    }

    public int TokenCount { get; }

    public byte[] Whole() => Json.Bytes(new
    {
        id = _id,
        @object = "text_completion",
        created = _context.Created,
        model = _context.Model,
        choices = _choices.Select((choice, index) => new { text = choice.Text, index, logprobs = (object?)null, finish_reason = FinishOf(choice) }),
        usage = Usage(),
    });

    public IEnumerable<SseEvent> Events()
    {
        for (var choice = 0; choice < _choices.Length; choice++)
        {
            foreach (var token in _choices[choice].Chunks)
                yield return Chunk(SsePart.Token, choice, token, null);
        }
        for (var choice = 0; choice < _choices.Length; choice++)
            yield return Chunk(SsePart.Closing, choice, "", FinishOf(_choices[choice]));
        if (_includeUsage)
            yield return SseEvent.Of(SsePart.Closing, new { id = _id, @object = "text_completion", created = _context.Created, model = _context.Model, choices = Array.Empty<object>(), usage = Usage() });
        yield return SseEvent.Done;
    }

    public SseEvent ErrorEvent(string? code, string? body) => InBandError.Plain(_context.Request.Path.Shape, code, body);

    private SseEvent Chunk(SsePart part, int choice, string text, string? finish) => SseEvent.Of(part, new
    {
        id = _id,
        @object = "text_completion",
        created = _context.Created,
        model = _context.Model,
        choices = new[] { new { text, index = choice, logprobs = (object?)null, finish_reason = finish } },
    });

    private static string FinishOf(GeneratedText choice) => choice.EndsByLength ? "length" : "stop";

    private object Usage() => new
    {
        prompt_tokens = _context.PromptTokens,
        completion_tokens = TokenCount,
        total_tokens = _context.PromptTokens + TokenCount,
    };
}
