using System.Text.Json;

namespace LlmFunctions.Azure.Fallback;

/// <summary>Headers as JSON, in their order, a name as often as it came: <c>[["accept","*/*"],["x-tag","a"],["x-tag","b"]]</c>.</summary>
internal static class HeaderJson
{
    public static string Write(IReadOnlyList<KeyValuePair<string, string>> headers) =>
        JsonSerializer.Serialize(headers.Select(header => new[] { header.Key, header.Value }));

    public static IReadOnlyList<KeyValuePair<string, string>> Read(string? json) =>
        json is null ? [] : [.. JsonSerializer.Deserialize<string[][]>(json)!.Select(header => KeyValuePair.Create(header[0], header[1]))];
}
