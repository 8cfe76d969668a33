using System.Text.Json;

namespace LlmFunctions.Core.Catalog;

/// <summary>Reads a catalog document whole: either it is sound, or every reason why not is told at once.</summary>
public static class CatalogParser
{
    /// <summary>Reads a document such as
    /// <code>{ "endpoints": { "east": { "kind": "openai", "address": "https://…/v1", "credential": "env:KEY" } },
    ///   "models": { "gpt-4o": { "deployments": { "east": {} } } } }</code>
    /// Comments and trailing commas are allowed.</summary>
    public static CatalogParseResult Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var errors = new List<CatalogError>();
        using var document = CatalogJson.TryRead(json, errors);
        var config = document is null ? null : Read(document.RootElement, errors);
        return errors.Count == 0 ? new(config, []) : new(null, [.. errors.Select(e => new CatalogError(Printable(e.Key), Printable(e.Message)))]);
    }

    private static CatalogConfig? Read(JsonElement root, List<CatalogError> errors)
    {
        if (CatalogFields.TryOpen(root, "", errors) is not { } fields)
            return null;
        var endpoints = ReadEndpoints(fields);
        var models = ReadModels(fields, endpoints);
        FallbackRules.Check(models, errors);
        fields.RejectUnknownKeys();
        return new(
            endpoints.Where(e => e.Value is not null).ToDictionary(e => e.Key, e => e.Value!, StringComparer.Ordinal),
            models.ToDictionary(m => m.Name, StringComparer.Ordinal));
    }

    // A name that stands for null is an endpoint with errors of its own: deployments that name it are not wrong as well.
    private static Dictionary<string, EndpointConfig?> ReadEndpoints(CatalogFields fields)
    {
        var endpoints = new Dictionary<string, EndpointConfig?>(StringComparer.Ordinal);
        if (fields.RequiredMap("endpoints", "one endpoint: { \"kind\": \"openai\", \"address\": \"https://…\", \"credential\": \"env:NAME\" }") is not { } map)
            return endpoints;
        foreach (var name in map.Keys)
            endpoints[name] = map.Object(name) is { } endpoint ? EndpointReader.Read(name, endpoint) : null;
        return endpoints;
    }

    private static List<ModelConfig> ReadModels(CatalogFields fields, Dictionary<string, EndpointConfig?> endpoints)
    {
        var models = new List<ModelConfig>();
        if (fields.RequiredMap("models", "one model: { \"deployments\": { \"<endpoint>\": {} } }") is not { } map)
            return models;
        foreach (var name in map.Keys)
        {
            if (map.Object(name) is { } model)
                models.Add(ModelReader.Read(name, model, endpoints));
        }
        return models;
    }

    // Names that were written end up in logs and on pages; a line break in one must not begin a line of its own there.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
