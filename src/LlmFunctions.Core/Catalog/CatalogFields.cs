using System.Text.Json;

namespace LlmFunctions.Core.Catalog;

/// <summary>One JSON object of the document: knows its path, which of its keys were asked for, and where errors go.</summary>
internal sealed class CatalogFields
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<CatalogError> _errors;
    private readonly string _path;

    private CatalogFields(string path, List<CatalogError> errors) => (_path, _errors) = (path, errors);

    /// <summary>All keys of the object, as written.</summary>
    public IReadOnlyCollection<string> Keys => _values.Keys;

    public static CatalogFields? TryOpen(JsonElement element, string path, List<CatalogError> errors)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new(path, $"must be an object {{ … }}, not {NameOf(element.ValueKind)}."));
            return null;
        }
        var fields = new CatalogFields(path, errors);
        foreach (var property in element.EnumerateObject())
        {
            if (!fields._values.TryAdd(property.Name, property.Value))
                fields.Report(property.Name, "is written more than once; keep one.");
        }
        return fields;
    }

    public bool Has(string key) => _values.ContainsKey(key);

    public bool Is(string key, JsonValueKind kind) => _values.TryGetValue(key, out var value) && value.ValueKind == kind;

    /// <summary>The value of a key if it has this type; an absent key is no error.</summary>
    public JsonElement? Value(string key, JsonValueKind kind)
    {
        _known.Add(key);
        if (!_values.TryGetValue(key, out var value))
            return null;
        if (value.ValueKind == kind)
            return value;
        var instead = value.ValueKind == JsonValueKind.Null ? "; leave the key out instead" : "";
        Report(key, $"must be {NameOf(kind)}, not {NameOf(value.ValueKind)}{instead}.");
        return null;
    }

    public CatalogFields? Object(string key) =>
        Value(key, JsonValueKind.Object) is { } value ? TryOpen(value, PathOf(key), _errors) : null;

    /// <summary>An object that must be there and hold at least one key, whose keys are names.</summary>
    public CatalogFields? RequiredMap(string key, string example)
    {
        if (!Has(key))
            Report(key, $"is missing; it needs at least {example}.");
        var map = Object(key);
        if (map is { Keys.Count: 0 })
            Report(key, $"is empty; it needs at least {example}.");
        return map;
    }

    public void Report(string key, string message) => _errors.Add(new(PathOf(key), message));

    /// <summary>Reports what is wrong with the object itself.</summary>
    public void Report(string message) => _errors.Add(new(_path, message));

    /// <summary>Reports every key that was not asked for; called when the object was read.</summary>
    public void RejectUnknownKeys()
    {
        foreach (var key in _values.Keys.Where(k => !_known.Contains(k)))
            Report(key, $"is no known key{NearestName.Suggest(key, _known)}");
    }

    private string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
