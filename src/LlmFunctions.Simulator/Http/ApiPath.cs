namespace LlmFunctions.Simulator;

/// <summary>A request's path, taken apart.</summary>
/// <param name="Shape">Whose conventions it follows.</param>
/// <param name="Operation">E.g. <c>chat/completions</c>, <c>models</c>, <c>responses/{id}/cancel</c>.</param>
/// <param name="Deployment">The model in an Azure path.</param>
/// <param name="Id">The id in <c>responses/{id}</c> or <c>models/{id}</c>.</param>
internal readonly record struct ApiPath(ApiShape Shape, string Operation, string? Deployment, string? Id)
{
    private const string Deployments = "/openai/deployments/";

    public bool IsProbe => Operation is "models" or "models/{id}" or "health";

    /// <summary><c>/v1/chat/completions</c> → <c>chat/completions</c>.</summary>
    public static string NormalizeOperation(string operation)
    {
        var path = operation.Trim('/');
        foreach (var prefix in (ReadOnlySpan<string>)["openai/v1/", "openai/", "v1/"])
        {
            if (path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return path[prefix.Length..];
        }
        return path;
    }

    // /v1/chat/completions, /openai/v1/chat/completions, /openai/deployments/gpt-4o/chat/completions, /openai/models
    public static ApiPath? TryParse(string path, bool speaksAnthropic)
    {
        if (path == "/health")
            return new ApiPath(ApiShape.OpenAI, "health", null, null);
        if (path.StartsWith(Deployments, StringComparison.OrdinalIgnoreCase))
        {
            var rest = path[Deployments.Length..];
            var slash = rest.IndexOf('/');
            return slash <= 0 ? null : Known(ApiShape.Azure, rest[(slash + 1)..], Uri.UnescapeDataString(rest[..slash]));
        }
        if (path.StartsWith("/openai/v1/", StringComparison.OrdinalIgnoreCase))
            return Known(ApiShape.Azure, path["/openai/v1/".Length..], null);
        if (path.StartsWith("/openai/models", StringComparison.OrdinalIgnoreCase))
            return Known(ApiShape.Azure, path["/openai/".Length..], null);
        if (!path.StartsWith("/v1/", StringComparison.OrdinalIgnoreCase))
            return null;
        var operation = path["/v1/".Length..];
        var isAnthropic = speaksAnthropic || operation.StartsWith("messages", StringComparison.Ordinal);
        return Known(isAnthropic ? ApiShape.Anthropic : ApiShape.OpenAI, operation, null);
    }

    private static ApiPath? Known(ApiShape shape, string operation, string? deployment) => operation switch
    {
        "messages" or "messages/count_tokens" => new ApiPath(ApiShape.Anthropic, operation, deployment, null),
        "chat/completions" or "completions" or "responses" or "embeddings" or "moderations" or "images/generations" or "images/edits"
            or "audio/transcriptions" or "audio/translations" or "audio/speech" or "models"
            => new ApiPath(shape, operation, deployment, null),
        _ => WithId(shape, operation),
    };

    private static ApiPath? WithId(ApiShape shape, string operation)
    {
        if (operation.StartsWith("models/", StringComparison.Ordinal))
            return new ApiPath(shape, "models/{id}", null, Uri.UnescapeDataString(operation["models/".Length..]));
        var parts = operation.Split('/');
        return parts switch
        {
            ["responses", var id] => new ApiPath(shape, "responses/{id}", null, id),
            ["responses", var id, "cancel"] => new ApiPath(shape, "responses/{id}/cancel", null, id),
            _ => null,
        };
    }
}
