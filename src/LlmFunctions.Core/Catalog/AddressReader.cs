namespace LlmFunctions.Core.Catalog;

/// <summary>Reads the <c>address</c> of an endpoint or a hook. Its value is never repeated in an error: an address may hold a password.</summary>
internal static class AddressReader
{
    private const string Key = "address";

    // Not /models, which is also where addresses of Azure AI end.
    private static readonly string[] Operations = ["/chat/completions", "/completions", "/responses", "/embeddings", "/messages"];

    public static Uri? Read(CatalogFields fields, EndpointKind? kind, bool allowInsecure)
    {
        if (!fields.Has(Key))
            fields.Report(Key, "is missing; write the endpoint's https address.");
        if (fields.Text(Key) is not { } text)
            return null;
        if (!TryParse(text, out var address))
        {
            fields.Report(Key, "must be an absolute https address such as \"https://api.openai.com/v1\".");
            return null;
        }
        var sound = CheckScheme(fields, address, allowInsecure) & CheckParts(fields, text, address) & CheckPath(fields, address, kind);
        return sound ? Normalized(address, kind) : null;
    }

    /// <summary>Reads an address that is called as it stands, with its query.</summary>
    public static Uri? ReadWhole(CatalogFields fields, bool allowInsecure)
    {
        if (!fields.Has(Key))
            fields.Report(Key, "is missing; write the https address that is called.");
        if (fields.Text(Key) is not { } text)
            return null;
        if (!TryParse(text, out var address) || text.Contains('#') || address.UserInfo.Length > 0)
        {
            fields.Report(Key, "must be an absolute https address without user, password and fragment.");
            return null;
        }
        return CheckScheme(fields, address, allowInsecure) ? address : null;
    }

    private static bool TryParse(string text, out Uri address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address!)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && address.Host.Length > 0
        && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '\\');

    private static bool CheckScheme(CatalogFields fields, Uri address, bool allowInsecure)
    {
        if (address.Scheme == Uri.UriSchemeHttps)
            return true;
        var isPrivate = PrivateAddress.Is(address);
        if (isPrivate && allowInsecure)
            return true;
        fields.Report(Key, isPrivate
            ? "is http; write https, or \"allowInsecure\": true for this private address."
            : "is http; only loopback, private ranges and names inside a cluster may be, with \"allowInsecure\": true. Write https.");
        return false;
    }

    private static bool CheckParts(CatalogFields fields, string text, Uri address)
    {
        var part = text.Contains('?') ? "a query"
            : text.Contains('#') ? "a fragment"
            : address.UserInfo.Length > 0 ? "a user or password"
            : null;
        if (part is not null)
            fields.Report(Key, $"must not hold {part}; keys go into credential, the api-version into apiVersion.");
        return part is null;
    }

    private static bool CheckPath(CatalogFields fields, Uri address, EndpointKind? kind)
    {
        var path = address.AbsolutePath.TrimEnd('/');
        if (Operations.FirstOrDefault(o => path.EndsWith(o, StringComparison.OrdinalIgnoreCase)) is { } operation)
        {
            fields.Report(Key, $"must not end in {operation}; the router adds the path that was called.");
            return false;
        }
        var rest = AddressPath.Base(path, kind);
        if (kind is EndpointKind.AzureOpenAi or EndpointKind.AzureDeployments
            && $"{rest}/".Contains("/openai/", StringComparison.OrdinalIgnoreCase))
        {
            fields.Report(Key, "holds /openai/ twice, a deployment's name or another API's path; write the resource's address, such as \"https://east.openai.azure.com\".");
            return false;
        }
        return true;
    }

    private static Uri Normalized(Uri address, EndpointKind? kind) =>
        new UriBuilder(address) { Path = AddressPath.Base(address.AbsolutePath.TrimEnd('/'), kind) }.Uri;
}
