using System.Globalization;
using System.IO.Hashing;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Routing;

/// <summary>What a request sticks by: the header the model names, else <c>prompt_cache_key</c> or <c>user</c>, else the prompt's prefix.</summary>
internal static class StickyKey
{
    // Endpoints cache prompts from about 1,024 tokens on; the opening tells conversations apart well before.
    private const int PrefixLength = 2048;

    /// <summary>Null for a model whose policy does not stick.</summary>
    public static string? Of(RouterRequest request, ModelConfig model)
    {
        if (model.Policy != SelectionPolicyKind.Sticky)
            return null;
        if (model.StickyHeader is { } name && request.Header(name) is { Length: > 0 } header)
            return header;
        var body = request.Call.Body;
        return body.CacheKey ?? HashPrefix(body.Bytes.Span[body.PromptAt]);
    }

    private static string HashPrefix(ReadOnlySpan<byte> prompt) =>
        XxHash64.HashToUInt64(prompt.Length > PrefixLength ? prompt[..PrefixLength] : prompt).ToString("x", CultureInfo.InvariantCulture);
}
