using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>Fits another deployment's stream to what the caller has: swallows what repeats it, cuts the chunk across the boundary to its
/// remainder, and gives what is new the names that the caller knows. Not thread-safe; one per continuation.</summary>
internal abstract class StreamSplicer(Repetition repetition)
{
    // A name that stands twice in an object cannot be rewritten truly.
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    protected Repetition Repetition { get; } = repetition;

    /// <summary>An event, in order, from the first on.</summary>
    public SpliceStep Splice(ReadOnlyMemory<byte> raw)
    {
        var data = SseEvent.DataOf(raw);
        if (data.IsEmpty)
            return Repetition.HasPassed ? SpliceStep.Send(raw) : SpliceStep.Swallowed;
        if (data.Span.SequenceEqual("[DONE]"u8))
            return IsEnded ? SpliceStep.Send(raw) : SpliceStep.Different;

        try
        {
            using var document = JsonDocument.Parse(data, NoDuplicates);
            return Splice(document.RootElement, raw);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Nothing that can be compared: doubled names, or half a surrogate pair.
            return SpliceStep.Different;
        }
    }

    /// <summary>An event that goes to the caller whatever it says, under the names that the caller knows.</summary>
    public virtual ReadOnlyMemory<byte> Rename(ReadOnlyMemory<byte> raw) => raw;

    /// <summary>An in-band error in the API's own shape, behind what the caller has.</summary>
    public abstract byte[] ErrorEvent(string code, string message);

    /// <summary>Whether the caller has all but the end itself.</summary>
    protected abstract bool IsEnded { get; }

    protected abstract SpliceStep Splice(JsonElement data, ReadOnlyMemory<byte> raw);

    /// <summary>Cuts the text under a name to what the caller lacks.</summary>
    protected static void CutText(JsonObject? parent, string name, int repeated)
    {
        if (parent?[name]?.GetValue<string>() is { } text)
            parent[name] = text[repeated..];
    }
}
