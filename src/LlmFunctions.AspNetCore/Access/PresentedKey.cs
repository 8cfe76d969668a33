using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Access;

/// <summary>Takes the key from wherever the SDKs put it.</summary>
internal static class PresentedKey
{
    private const string Bearer = "Bearer ";

    /// <summary>From <c>Authorization: Bearer</c>, <c>api-key</c> or <c>x-api-key</c>; null when none is there.</summary>
    public static string? In(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return authorization[Bearer.Length..].Trim();
        if (request.Headers.TryGetValue("api-key", out var azure) && azure.Count == 1)
            return azure[0];
        return request.Headers.TryGetValue("x-api-key", out var anthropic) && anthropic.Count == 1 ? anthropic[0] : null;
    }
}
