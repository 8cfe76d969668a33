namespace LlmFunctions.Core.Catalog;

/// <summary>A request that starts or stops an endpoint: a management call of Azure, a scale patch of Kubernetes. It may be sent
/// more than once, so it must do no harm to an endpoint that is started or stopped already.</summary>
public sealed record HookConfig
{
    /// <summary>Default POST.</summary>
    public HookMethod Method { get; init; }

    /// <summary>Absolute, with its query: <c>https://management.azure.com/…/start?api-version=2024-07-01</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>Sent as <c>Authorization: Bearer</c>.</summary>
    public required CredentialReference Credential { get; init; }

    /// <summary>JSON without the comments of the document; null: no body.</summary>
    public string? Body { get; init; }

    /// <summary>Of the body; default <c>application/json</c>.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>A file of certificates in PEM that alone are trusted for this hook; null: those that the system trusts.</summary>
    public string? CaFile { get; init; }
}
