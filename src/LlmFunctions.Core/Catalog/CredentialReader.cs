using System.Text.RegularExpressions;

namespace LlmFunctions.Core.Catalog;

/// <summary>Reads an endpoint's <c>credential</c>. Its value is never repeated in an error: it may be a key.</summary>
internal static partial class CredentialReader
{
    private const string Key = "credential";
    private const string Forms = "write env:NAME (the setting or environment variable that holds the key), entra, entra:scope or none";

    public static CredentialReference? Read(CatalogFields fields, Uri? address)
    {
        if (!fields.Has(Key))
            return ReadAbsent(fields, address);
        if (fields.Text(Key) is not { } text)
            return null;
        var error = CredentialReference.TryParse(text) switch
        {
            null => $"is no reference to a credential; keys themselves do not belong in the catalog: {Forms}.",
            { Kind: CredentialKind.Setting } c when !SettingName().IsMatch(c.Value!) =>
                "must name a setting after env:, of letters, digits, '_', '.' and ':'; keys themselves do not belong in the catalog.",
            { Kind: CredentialKind.Entra } c when !Scope().IsMatch(c.Value!) =>
                $"must name a scope after entra:, such as {CredentialReference.DefaultScope}.",
            _ => null,
        };
        if (error is null)
            return CredentialReference.TryParse(text);
        fields.Report(Key, error);
        return null;
    }

    private static CredentialReference? ReadAbsent(CatalogFields fields, Uri? address)
    {
        if (address is not null && PrivateAddress.Is(address))
            return new(CredentialKind.None);
        // Without a sound address nobody knows yet whether one is needed; its own error comes first.
        if (address is not null || !fields.Has("address"))
            fields.Report(Key, $"is missing; only endpoints on loopback and private addresses may leave it out: {Forms}.");
        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.:]{0,255}\z")]
    private static partial Regex SettingName();

    [GeneratedRegex(@"\A[!-~]{1,500}/\.default\z")]
    private static partial Regex Scope();
}
