namespace LlmFunctions.Simulator;

/// <summary>GET models, models/{id} and health.</summary>
internal static class ModelList
{
    private const long Created = 1735689600;
    private const string CreatedText = "2025-01-01T00:00:00Z";

    public static Reply Answer(ApiPath path, SimulatorOptions options)
    {
        if (path.Operation == "health")
            return Reply.Json(new { status = "ok", name = options.Name });
        var models = options.Models.Count > 0 ? options.Models : ["simulated-model"];
        if (path.Operation == "models")
            return path.Shape == ApiShape.Anthropic ? AnthropicList(models) : Reply.Json(new { @object = "list", data = models.Select(OpenAIModel) });
        if (options.Models.Count > 0 && !options.Models.Contains(path.Id!))
            return ErrorReply.UnknownModel(path, path.Id!);
        return path.Shape == ApiShape.Anthropic ? Reply.Json(AnthropicModel(path.Id!)) : Reply.Json(OpenAIModel(path.Id!));
    }

    private static Reply AnthropicList(IReadOnlyList<string> models) =>
        Reply.Json(new { data = models.Select(AnthropicModel), has_more = false, first_id = models[0], last_id = models[^1] });

    private static object OpenAIModel(string id) => new { id, @object = "model", created = Created, owned_by = "simulator" };

    private static object AnthropicModel(string id) => new { type = "model", id, display_name = id, created_at = CreatedText };
}
