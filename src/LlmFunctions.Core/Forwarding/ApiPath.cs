using System.Buffers;
using System.Collections.Frozen;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Forwarding;

/// <summary>What a caller's path says.</summary>
/// <param name="Surface">The API it belongs to.</param>
/// <param name="Operation">What is asked.</param>
/// <param name="Model">The model, where the path names it.</param>
/// <param name="StoredId">The id of an answer that an endpoint keeps: <c>/v1/responses/{id}</c>.</param>
/// <param name="Rest">What follows the operation's path, with its slash: <c>/{id}/cancel</c>; else empty.</param>
public sealed record ApiPath(ApiSurface Surface, ApiOperation Operation, string? Model, string? StoredId = null, string Rest = "")
{
    private const string DeploymentsBase = "/openai/deployments/";
    private const string StoredBase = "responses/";

    // Nothing that an address could take for more than a segment, such as a dot or an escape: it is asked with the endpoint's key.
    private static readonly SearchValues<char> InSegment = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/");

    private static readonly FrozenDictionary<string, ApiOperation> Operations =
        Enum.GetValues<ApiOperation>().ToFrozenDictionary(KindPaths.Of, StringComparer.OrdinalIgnoreCase);

    /// <summary>The paths that are served, for people.</summary>
    public static string Served { get; } =
        "/v1/{chat/completions, completions, responses, embeddings, images/*, audio/*, moderations, models, messages}, " +
        "/openai/v1/* and /openai/deployments/{model}/*";

    /// <summary>The path behind the API's base: <c>responses/{id}/cancel</c>.</summary>
    public string Relative => KindPaths.Of(Operation) + Rest;

    /// <summary>Reads a path such as <c>/v1/chat/completions</c>; null when nothing is served there.</summary>
    public static ApiPath? TryParse(string path)
    {
        if (path.StartsWith(DeploymentsBase, StringComparison.OrdinalIgnoreCase))
            return ParseDeployments(path[DeploymentsBase.Length..]);
        if (path.StartsWith("/openai/v1/", StringComparison.OrdinalIgnoreCase))
            return Parse(ApiSurface.AzureV1, path["/openai/v1/".Length..]);
        return path.StartsWith("/v1/", StringComparison.OrdinalIgnoreCase) ? Parse(ApiSurface.OpenAi, path["/v1/".Length..]) : null;
    }

    private static ApiPath? ParseDeployments(string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || Find(rest[(slash + 1)..]) is not { } operation || !EndpointKind.AzureDeployments.Serves(operation))
            return null;
        return new(ApiSurface.AzureDeployments, operation, Uri.UnescapeDataString(rest[..slash]));
    }

    private static ApiPath? Parse(ApiSurface surface, string rest)
    {
        if (Find(rest) is { } operation)
            return new(operation is ApiOperation.Messages or ApiOperation.CountTokens ? ApiSurface.Anthropic : surface, operation, null);
        if (!rest.StartsWith(StoredBase, StringComparison.OrdinalIgnoreCase) || rest.Length == StoredBase.Length)
            return null;

        var tail = rest[StoredBase.Length..];
        if (tail[0] == '/' || tail.AsSpan().ContainsAnyExcept(InSegment) || tail.Contains("//", StringComparison.Ordinal))
            return null;
        var slash = tail.IndexOf('/', StringComparison.Ordinal);
        return new(surface, ApiOperation.Responses, null, slash < 0 ? tail : tail[..slash], $"/{tail}");
    }

    private static ApiOperation? Find(string rest) => Operations.TryGetValue(rest, out var operation) ? operation : null;
}
