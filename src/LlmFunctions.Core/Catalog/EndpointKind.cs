namespace LlmFunctions.Core.Catalog;

/// <summary>Which API an endpoint speaks: it gives the key's header, the paths and the api-version.</summary>
public enum EndpointKind
{
    /// <summary><c>openai</c>: OpenAI's API and all that copy it (vLLM, Ollama, gateways).</summary>
    OpenAi,

    /// <summary><c>azure-openai</c>: Azure OpenAI's v1 API, under <c>/openai/v1</c>.</summary>
    AzureOpenAi,

    /// <summary><c>azure-deployments</c>: Azure OpenAI's older API, under <c>/openai/deployments/{name}</c> with an api-version.</summary>
    AzureDeployments,

    /// <summary><c>anthropic</c>: Anthropic's Messages API.</summary>
    Anthropic,
}
