using System.Text.Json;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>Reads what an event may hold, or null for what it lacks or has in another form.</summary>
internal static class JsonText
{
    /// <exception cref="InvalidOperationException">It is not valid Unicode.</exception>
    public static string? Text(this JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static int? Whole(this JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    public static JsonElement? Member(this JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
