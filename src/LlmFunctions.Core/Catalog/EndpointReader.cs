using System.Text.RegularExpressions;

namespace LlmFunctions.Core.Catalog;

/// <summary>Reads one entry of <c>endpoints</c>:
/// <c>{ "kind": "openai", "address": "https://api.openai.com/v1", "credential": "env:OPENAI_API_KEY" }</c>.</summary>
internal static partial class EndpointReader
{
    public static EndpointConfig? Read(string name, CatalogFields fields)
    {
        if (!NamePattern().IsMatch(name))
            fields.Report("is no name for an endpoint: use 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'.");
        var kind = fields.Choice("kind", EndpointKinds.ByName);
        if (!fields.Has("kind"))
            fields.Report("kind", $"is missing; write {string.Join(" | ", EndpointKinds.ByName.Keys)}.");
        var allowInsecure = fields.Flag("allowInsecure") ?? false;
        var address = AddressReader.Read(fields, kind, allowInsecure);
        var credential = CredentialReader.Read(fields, address);
        var apiVersion = ReadApiVersion(fields, kind);
        var probe = ProbeReader.Read(fields);
        var standby = StandbyReader.Read(fields);
        fields.RejectUnknownKeys();
        if (kind is null || address is null || credential is null)
            return null;
        return new()
        {
            Name = name,
            Kind = kind.Value,
            Address = address,
            Credential = credential,
            AllowInsecure = allowInsecure,
            ApiVersion = apiVersion,
            Probe = probe,
            Standby = standby,
        };
    }

    private static string? ReadApiVersion(CatalogFields fields, EndpointKind? kind)
    {
        var version = fields.Text("apiVersion");
        if (kind == EndpointKind.AzureDeployments && !fields.Has("apiVersion"))
            fields.Report("apiVersion", "is missing; azure-deployments needs one, such as \"2024-10-21\".");
        else if (kind == EndpointKind.OpenAi && version is not null)
            fields.Report("apiVersion", "has no meaning for kind openai; leave it out.");
        else if (version is not null && !NamePattern().IsMatch(version))
            fields.Report("apiVersion", "must be a version such as \"2024-10-21\", \"preview\" or \"2023-06-01\".");
        return version;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex NamePattern();
}
