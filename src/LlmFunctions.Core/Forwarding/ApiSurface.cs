namespace LlmFunctions.Core.Forwarding;

/// <summary>Which API the caller speaks: it gives the shape of errors.</summary>
public enum ApiSurface
{
    /// <summary><c>/v1/…</c></summary>
    OpenAi,

    /// <summary><c>/openai/v1/…</c></summary>
    AzureV1,

    /// <summary><c>/openai/deployments/{model}/…</c></summary>
    AzureDeployments,

    /// <summary><c>/v1/messages</c></summary>
    Anthropic,
}
