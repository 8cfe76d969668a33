namespace LlmFunctions.Simulator;

/// <summary>Which answer an operation gets.</summary>
internal sealed class AnswerFactory(SimulatorOptions options, SimulatorSettings settings)
{
    public static bool NeedsModel(string operation) => !operation.StartsWith("responses/", StringComparison.Ordinal);

    /// <summary>The answer of an operation that can stream; null for the others.</summary>
    public IStreamedAnswer? Streamed(SimulatedRequest request) => request.Path.Operation switch
    {
        "chat/completions" => new ChatAnswer(ContextFor(request)),
        _ => null,
    };

    /// <summary>The answer of an operation that cannot.</summary>
    public static Reply Whole(SimulatedRequest request) => request.Path.Operation switch
    {
        _ => ErrorReply.Of(request.Path.Shape, 404, "unknown_url", $"Unknown request URL: {request.Path.Operation}."),
    };

    private AnswerContext ContextFor(SimulatedRequest request) =>
        new(request, settings.AnswerTokens, options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
}
