namespace LlmFunctions.Simulator;

/// <summary>Which answer an operation gets.</summary>
internal sealed class AnswerFactory(SimulatorOptions options, SimulatorSettings settings)
{
    private readonly StoredResponses _responses = new();

    /// <summary>Why the request cannot be answered at all, or null.</summary>
    public Reply? Refusal(SimulatedRequest request, string method)
    {
        var path = request.Path;
        if (method != HttpMethod.Post.Method && path.Operation != "responses/{id}")
            return ErrorReply.Of(path.Shape, 405, "method_not_allowed", $"Not allowed to {method} on {path.Operation}.");
        if (path.Id is not null)
            return null;
        if (request.Model is not { } model)
            return ErrorReply.Of(path.Shape, 400, null, "you must provide a model parameter");
        if (options.Models.Count > 0 && !options.Models.Contains(model))
            return ErrorReply.UnknownModel(path, model);
        return path.Operation == "responses" && request.Body.Text("previous_response_id") is { } previous && !_responses.Contains(previous)
            ? ErrorReply.PreviousResponse(previous)
            : null;
    }

    /// <summary>The answer of an operation that can stream; null for the others.</summary>
    public IStreamedAnswer? Streamed(SimulatedRequest request) => request.Path.Operation switch
    {
        "chat/completions" => new ChatAnswer(ContextFor(request)),
        "completions" => new CompletionAnswer(ContextFor(request)),
        "responses" => Response(request),
        "messages" => new MessageAnswer(ContextFor(request)),
        "audio/transcriptions" when request.Streamed => new TranscriptAnswer(ContextFor(request)),
        _ => null,
    };

    /// <summary>The answer of an operation that cannot.</summary>
    public Reply Whole(SimulatedRequest request, string method)
    {
        var context = ContextFor(request);
        return request.Path.Operation switch
        {
            "messages/count_tokens" => Reply.Json(new { input_tokens = context.PromptTokens }),
            "embeddings" => EmbeddingAnswer.Answer(context),
            "moderations" => ModerationAnswer.Answer(context),
            "images/generations" or "images/edits" => ImageAnswer.Answer(context),
            "audio/speech" => AudioAnswer.Speech(context),
            "audio/transcriptions" or "audio/translations" => AudioAnswer.Transcript(context),
            _ => _responses.Answer(request.Path, method),
        };
    }

    private ResponseAnswer Response(SimulatedRequest request)
    {
        var draft = new ResponseDraft(ContextFor(request));
        if (draft.IsStored)
            _responses.Add(draft);
        return new ResponseAnswer(draft, draft.IsInBackground && !request.Streamed);
    }

    private AnswerContext ContextFor(SimulatedRequest request) =>
        new(request, settings.Speech, options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
}
