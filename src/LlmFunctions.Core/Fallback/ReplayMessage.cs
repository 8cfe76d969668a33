using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LlmFunctions.Core.Fallback;

/// <summary>What a message of the fallback queue says: <c>{id}.{n}</c>.</summary>
/// <param name="Id">The request.</param>
/// <param name="Number">The n of its row when it was sent.</param>
public sealed record ReplayMessage(string Id, int Number)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}.{Number}");

    public static bool TryParse(string? text, [MaybeNullWhen(false)] out ReplayMessage message)
    {
        var dot = text?.LastIndexOf('.') ?? -1;
        message = dot > 0 && int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(text![..dot], number)
            : null;
        return message is not null;
    }
}
