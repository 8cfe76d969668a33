namespace LlmFunctions.Core.Catalog;

/// <summary>Where the key of an endpoint comes from.</summary>
public enum CredentialKind
{
    /// <summary><c>none</c>: the endpoint wants no key.</summary>
    None,

    /// <summary><c>env:NAME</c>: the value of a setting or environment variable (on Azure a Key Vault reference).</summary>
    Setting,

    /// <summary><c>entra[:scope]</c>: an Entra ID token of the router's identity.</summary>
    Entra,

    /// <summary><c>file:/var/run/secrets/…</c>, of hooks alone: what a file holds when it is needed, such as a token that Kubernetes renews.</summary>
    File,
}
