namespace LlmFunctions.Core.Catalog;

/// <summary>Names a credential without holding it.</summary>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Value">The setting's name for <see cref="CredentialKind.Setting"/>, the token's scope for
/// <see cref="CredentialKind.Entra"/> (default <see cref="DefaultScope"/>), the path for <see cref="CredentialKind.File"/>, else null.</param>
public sealed record CredentialReference(CredentialKind Kind, string? Value = null)
{
    /// <summary>The scope of tokens for Azure OpenAI.</summary>
    public const string DefaultScope = "https://cognitiveservices.azure.com/.default";

    /// <summary>Reads <c>env:NAME</c>, <c>entra</c>, <c>entra:scope</c>, <c>file:/path</c> or <c>none</c>.</summary>
    public static CredentialReference? TryParse(string text) => text switch
    {
        "none" => new(CredentialKind.None),
        "entra" => new(CredentialKind.Entra, DefaultScope),
        _ when text.StartsWith("env:", StringComparison.Ordinal) && text.Length > 4 => new(CredentialKind.Setting, text[4..]),
        _ when text.StartsWith("entra:", StringComparison.Ordinal) && text.Length > 6 => new(CredentialKind.Entra, text[6..]),
        _ when text.StartsWith("file:", StringComparison.Ordinal) && text.Length > 5 => new(CredentialKind.File, text[5..]),
        _ => null,
    };
}
