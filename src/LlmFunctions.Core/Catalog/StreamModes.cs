namespace LlmFunctions.Core.Catalog;

/// <summary>How the modes are written, in the catalog and in the header <c>x-llm-stream</c>.</summary>
public static class StreamModes
{
    public static IReadOnlyDictionary<string, StreamMode> ByName { get; } = new Dictionary<string, StreamMode>(StringComparer.Ordinal)
    {
        ["splice"] = StreamMode.Splice,
        ["hold"] = StreamMode.Hold,
        ["off"] = StreamMode.Off,
    };
}
