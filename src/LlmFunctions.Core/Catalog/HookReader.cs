using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmFunctions.Core.Catalog;

/// <summary>Reads a hook of a standby: <c>{ "method": "PATCH", "address": "https://…", "credential": "entra:scope", "body": { … } }</c>.</summary>
internal static partial class HookReader
{
    private static readonly Dictionary<string, HookMethod> Methods = new(StringComparer.Ordinal)
    {
        ["POST"] = HookMethod.Post,
        ["PUT"] = HookMethod.Put,
        ["PATCH"] = HookMethod.Patch,
        ["DELETE"] = HookMethod.Delete,
    };

    public static HookConfig? Read(CatalogFields standby, string key)
    {
        if (standby.Object(key) is not { } fields)
            return null;
        var method = fields.Choice("method", Methods) ?? HookMethod.Post;
        var address = AddressReader.ReadWhole(fields, fields.Flag("allowInsecure") ?? false);
        var credential = CredentialReader.ReadOfHook(fields, address);
        var body = ReadBody(fields);
        var contentType = ReadContentType(fields);
        var caFile = ReadCaFile(fields, address);
        fields.RejectUnknownKeys();
        if (address is null || credential is null)
            return null;
        var plain = new HookConfig { Method = method, Address = address, Credential = credential, Body = body, CaFile = caFile };
        return plain with { ContentType = contentType ?? plain.ContentType };
    }

    // A JSON patch is a list, every other body an object.
    private static string? ReadBody(CatalogFields fields)
    {
        var kind = fields.Is("body", JsonValueKind.Array) ? JsonValueKind.Array : JsonValueKind.Object;
        if (fields.Value("body", kind) is not { } body)
            return null;
        // Not its raw text: that may hold comments, which the document allows and the wire does not.
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
            body.WriteTo(writer);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static string? ReadContentType(CatalogFields fields)
    {
        var contentType = fields.Text("contentType");
        if (contentType is not null && !fields.Has("body"))
            fields.Report("contentType", "has no meaning without body; leave it out.");
        else if (contentType is not null && !MediaType().IsMatch(contentType))
            fields.Report("contentType", "must be a media type such as \"application/merge-patch+json\".");
        return contentType;
    }

    private static string? ReadCaFile(CatalogFields fields, Uri? address)
    {
        var file = fields.Text("caFile");
        if (file is not null && !AbsolutePath().IsMatch(file))
            fields.Report("caFile", "must be an absolute path of a file of certificates in PEM.");
        else if (file is not null && address?.Scheme == Uri.UriSchemeHttp)
            fields.Report("caFile", "has no meaning for an http address; leave it out.");
        return file;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}\z")]
    private static partial Regex MediaType();

    [GeneratedRegex(@"\A/[^\p{Cc}]{1,500}\z")]
    private static partial Regex AbsolutePath();
}
