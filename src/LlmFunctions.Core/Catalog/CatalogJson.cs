using System.Text.Json;

namespace LlmFunctions.Core.Catalog;

/// <summary>The catalog document as JSON, before its meaning is looked at.</summary>
internal static class CatalogJson
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static JsonDocument? TryRead(string json, List<CatalogError> errors)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            errors.Add(new("", "The catalog document is empty; write { \"endpoints\": { … }, \"models\": { … } }."));
            return null;
        }
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(json, Lenient);
            ReadAllText(document.RootElement);
            return document;
        }
        catch (JsonException e)
        {
            errors.Add(new("", $"The catalog document is not JSON at line {(e.LineNumber ?? 0) + 1}, position {(e.BytePositionInLine ?? 0) + 1}."));
        }
        // Half a surrogate pair: written raw it cannot become UTF-8, written as an escape it fails when the text is read.
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            errors.Add(new("", "The catalog document holds text that is not Unicode (half of a surrogate pair)."));
        }
        document?.Dispose();
        return null;
    }

    private static void ReadAllText(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
            _ = element.GetString();
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                ReadAllText(item);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                _ = property.Name;
                ReadAllText(property.Value);
            }
        }
    }
}
