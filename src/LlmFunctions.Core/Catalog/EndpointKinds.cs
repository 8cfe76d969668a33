namespace LlmFunctions.Core.Catalog;

/// <summary>How the catalog spells the kinds of endpoints.</summary>
internal static class EndpointKinds
{
    public static IReadOnlyDictionary<string, EndpointKind> ByName { get; } = new Dictionary<string, EndpointKind>(StringComparer.Ordinal)
    {
        ["openai"] = EndpointKind.OpenAi,
        ["azure-openai"] = EndpointKind.AzureOpenAi,
        ["azure-deployments"] = EndpointKind.AzureDeployments,
        ["anthropic"] = EndpointKind.Anthropic,
    };

    public static string NameOf(EndpointKind kind) => ByName.Single(pair => pair.Value == kind).Key;
}
