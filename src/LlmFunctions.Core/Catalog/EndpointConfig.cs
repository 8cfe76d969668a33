namespace LlmFunctions.Core.Catalog;

/// <summary>One place that serves models: an address and a credential.</summary>
public sealed record EndpointConfig
{
    /// <summary>Its key in the catalog, such as <c>east</c>.</summary>
    public required string Name { get; init; }

    public required EndpointKind Kind { get; init; }

    /// <summary>Absolute, without query, fragment and final slash: <c>https://east.openai.azure.com</c>, <c>https://api.openai.com/v1</c>.
    /// The parser takes off <c>/openai</c> and <c>/openai/v1</c> of Azure and <c>/v1</c> of Anthropic; OpenAI's <c>/v1</c> stays.</summary>
    public required Uri Address { get; init; }

    public required CredentialReference Credential { get; init; }

    /// <summary>Allows an http address on loopback and private ranges; default false.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>The <c>api-version</c> query of azure-deployments (required there) and azure-openai (optional);
    /// the <c>anthropic-version</c> header of anthropic when the caller sends none.</summary>
    public string? ApiVersion { get; init; }

    public ProbeConfig Probe { get; init; } = ProbeConfig.Default;

    /// <summary>How it is started when it is needed; null: it is always running.</summary>
    public StandbyConfig? Standby { get; init; }
}
