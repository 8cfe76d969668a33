namespace LlmFunctions.Core.Catalog;

/// <summary>The part of an address's path that belongs to the endpoint and not to the API it speaks.</summary>
internal static class AddressPath
{
    /// <summary>Takes off what people copy along and the router adds itself, once: <c>/openai/v1</c> or <c>/openai</c> of
    /// Azure, <c>/v1</c> of Anthropic. OpenAI's own <c>/v1</c> stays: its SDKs too count it to the address.</summary>
    public static string Base(string path, EndpointKind? kind)
    {
        string[] suffixes = kind switch
        {
            EndpointKind.AzureOpenAi => ["/openai/v1", "/openai"],
            EndpointKind.AzureDeployments => ["/openai/deployments", "/openai"],
            EndpointKind.Anthropic => ["/v1"],
            _ => [],
        };
        var suffix = suffixes.FirstOrDefault(s => path.EndsWith(s, StringComparison.OrdinalIgnoreCase)) ?? "";
        return path[..^suffix.Length].TrimEnd('/');
    }
}
