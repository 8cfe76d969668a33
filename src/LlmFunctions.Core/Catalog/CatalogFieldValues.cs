using System.Globalization;
using System.Text.Json;

namespace LlmFunctions.Core.Catalog;

/// <summary>The values of keys by type. Null when the key is absent, or when its value is wrong and was reported.</summary>
internal static class CatalogFieldValues
{
    public static string? Text(this CatalogFields fields, string key) => fields.Value(key, JsonValueKind.String)?.GetString();

    public static bool? Flag(this CatalogFields fields, string key)
    {
        // JSON has two kinds for one type.
        var kind = fields.Is(key, JsonValueKind.False) ? JsonValueKind.False : JsonValueKind.True;
        return fields.Value(key, kind)?.GetBoolean();
    }

    public static int? Whole(this CatalogFields fields, string key, int least, int most = int.MaxValue)
    {
        if (fields.Value(key, JsonValueKind.Number) is not { } value)
            return null;
        if (value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        var range = most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}";
        fields.Report(key, $"must be a whole number {range}.");
        return null;
    }

    public static TimeSpan? Duration(this CatalogFields fields, string key, TimeSpan most)
    {
        if (fields.Is(key, JsonValueKind.Number) && fields.Value(key, JsonValueKind.Number) is { } number)
        {
            fields.Report(key, $"must be a time in quotes as \"hh:mm:ss\", not a number{SecondsAs(number)}.");
            return null;
        }
        if (fields.Text(key) is not { } text)
            return null;
        if (DurationText.TryParse(text, out var duration) && duration > TimeSpan.Zero && duration <= most)
            return duration;
        fields.Report(key, $"must be a time as \"hh:mm:ss\", more than zero and at most \"{most:c}\".");
        return null;
    }

    public static T? Choice<T>(this CatalogFields fields, string key, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        if (fields.Text(key) is not { } text)
            return null;
        if (choices.TryGetValue(text, out var choice))
            return choice;
        fields.Report(key, $"must be {string.Join(" | ", choices.Keys)}{NearestName.Suggest(text, choices.Keys)}");
        return null;
    }

    /// <summary>A list of texts, each once; empty when the key is absent.</summary>
    public static IReadOnlyList<string> Texts(this CatalogFields fields, string key)
    {
        var texts = new List<string>();
        if (fields.Value(key, JsonValueKind.Array) is not { } list)
            return texts;
        foreach (var (index, item) in list.EnumerateArray().Index())
        {
            var text = item.ValueKind == JsonValueKind.String ? item.GetString() : null;
            if (string.IsNullOrEmpty(text))
                fields.Report($"{key}[{index}]", "must be a text.");
            else if (texts.Contains(text, StringComparer.Ordinal))
                fields.Report($"{key}[{index}]", $"names '{text}' once more; keep one.");
            else
                texts.Add(text);
        }
        return texts;
    }

    // A number is mostly meant as seconds.
    private static string SecondsAs(JsonElement number) =>
        number.TryGetDouble(out var seconds) && seconds is > 0 and < 86_400
            ? string.Create(CultureInfo.InvariantCulture, $"; write {seconds} s as \"{TimeSpan.FromSeconds(seconds):c}\"")
            : "";
}
