using System.Text.RegularExpressions;

namespace LlmFunctions.Core.Catalog;

/// <summary>Reads the <c>credential</c> of an endpoint or a hook. Its value is never repeated in an error: it may be a key.</summary>
internal static partial class CredentialReader
{
    private const string Key = "credential";
    private const string Forms = "write env:NAME (the setting or environment variable that holds the key), entra, entra:scope or none";
    private const string FormsOfHook = "write env:NAME (the setting or environment variable that holds the token), entra:scope, file:/var/run/secrets/… or none";

    public static CredentialReference? Read(CatalogFields fields, Uri? address) => Read(fields, address, Forms, isOfHook: false);

    public static CredentialReference? ReadOfHook(CatalogFields fields, Uri? address) => Read(fields, address, FormsOfHook, isOfHook: true);

    private static CredentialReference? Read(CatalogFields fields, Uri? address, string forms, bool isOfHook)
    {
        if (!fields.Has(Key))
            return ReadAbsent(fields, address, forms);
        if (fields.Text(Key) is not { } text)
            return null;
        var error = CredentialReference.TryParse(text) switch
        {
            null => $"is no reference to a credential; keys themselves do not belong in the catalog: {forms}.",
            { Kind: CredentialKind.Setting } c when !SettingName().IsMatch(c.Value!) =>
                "must name a setting after env:, of letters, digits, '_', '.' and ':'; keys themselves do not belong in the catalog.",
            { Kind: CredentialKind.Entra } c when !Scope().IsMatch(c.Value!) =>
                $"must name a scope after entra:, such as {CredentialReference.DefaultScope}.",
            { Kind: CredentialKind.Entra } when isOfHook && text == "entra" =>
                "must name the scope of the API that is called, such as entra:https://management.azure.com/.default.",
            { Kind: CredentialKind.File } when !isOfHook => $"may not be a file; only hooks of a standby may: {forms}.",
            { Kind: CredentialKind.File } c when !SecretFile().IsMatch(c.Value!) => "must name a file below /var/run/secrets/ after file:.",
            _ => null,
        };
        if (error is null)
            return CredentialReference.TryParse(text);
        fields.Report(Key, error);
        return null;
    }

    private static CredentialReference? ReadAbsent(CatalogFields fields, Uri? address, string forms)
    {
        if (address is not null && PrivateAddress.Is(address))
            return new(CredentialKind.None);
        // Without a sound address nobody knows yet whether one is needed; its own error comes first.
        if (address is not null || !fields.Has("address"))
            fields.Report(Key, $"is missing; only endpoints on loopback and private addresses may leave it out: {forms}.");
        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.:]{0,255}\z")]
    private static partial Regex SettingName();

    // Where secrets are mounted, and nowhere else: the catalog must not send any file of the machine to an address.
    [GeneratedRegex(@"\A(?:/var)?/run/secrets/(?!.*(?<=/)\.\.(?:/|\z))[A-Za-z0-9._/-]{1,500}\z")]
    private static partial Regex SecretFile();

    [GeneratedRegex(@"\A[!-~]{1,500}/\.default\z")]
    private static partial Regex Scope();
}
