namespace LlmFunctions.Simulator;

/// <summary>audio/transcriptions, streamed.</summary>
internal sealed class TranscriptAnswer(AnswerContext context) : IStreamedAnswer
{
    private readonly GeneratedText _text = context.Generate(null);

    public int TokenCount => _text.Tokens.Count;

    public byte[] Whole() => AudioAnswer.Transcript(context).Body.ToArray();

    public IEnumerable<SseEvent> Events()
    {
        foreach (var token in _text.Chunks)
            yield return SseEvent.Of(SsePart.Token, new { type = "transcript.text.delta", delta = token });
        yield return SseEvent.Of(SsePart.Terminal, new { type = "transcript.text.done", text = _text.Text });
    }

    public SseEvent ErrorEvent(string? code, string? body) => InBandError.Plain(context.Request.Path.Shape, code, body);
}
