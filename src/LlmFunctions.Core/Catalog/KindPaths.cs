namespace LlmFunctions.Core.Catalog;

/// <summary>Which operations each kind of endpoint serves, and under which path. Sources: the API references of OpenAI,
/// Azure OpenAI (v1 and 2024-10-21) and Anthropic.</summary>
public static class KindPaths
{
    /// <summary>The operation's path behind the base of the API, such as <c>chat/completions</c>.</summary>
    public static string Of(ApiOperation operation) => operation switch
    {
        ApiOperation.ChatCompletions => "chat/completions",
        ApiOperation.Completions => "completions",
        ApiOperation.Responses => "responses",
        ApiOperation.Embeddings => "embeddings",
        ApiOperation.ImageGenerations => "images/generations",
        ApiOperation.ImageEdits => "images/edits",
        ApiOperation.ImageVariations => "images/variations",
        ApiOperation.Transcriptions => "audio/transcriptions",
        ApiOperation.Translations => "audio/translations",
        ApiOperation.Speech => "audio/speech",
        ApiOperation.Moderations => "moderations",
        ApiOperation.Messages => "messages",
        ApiOperation.CountTokens => "messages/count_tokens",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    public static bool Serves(this EndpointKind kind, ApiOperation operation) => kind switch
    {
        EndpointKind.Anthropic => operation is ApiOperation.Messages or ApiOperation.CountTokens,
        EndpointKind.AzureDeployments => operation is not (ApiOperation.Messages or ApiOperation.CountTokens
            or ApiOperation.Responses or ApiOperation.Moderations or ApiOperation.ImageVariations),
        _ => operation is not (ApiOperation.Messages or ApiOperation.CountTokens),
    };

    /// <summary>The absolute address of an operation at an endpoint, without a query.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="path">The path behind the base of the API.</param>
    /// <param name="nameThere">The model's name there; part of the path of azure-deployments.</param>
    public static string AddressOf(this EndpointConfig endpoint, string path, string nameThere)
    {
        var address = endpoint.Address.AbsoluteUri.TrimEnd('/');
        return endpoint.Kind switch
        {
            EndpointKind.AzureOpenAi => $"{address}/openai/v1/{path}",
            EndpointKind.AzureDeployments => $"{address}/openai/deployments/{Uri.EscapeDataString(nameThere)}/{path}",
            EndpointKind.Anthropic => $"{address}/v1/{path}",
            _ => $"{address}/{path}",
        };
    }
}
