namespace LlmFunctions.Core.Catalog;

/// <summary>What one look at the stored catalog found.</summary>
internal abstract record StoredReading
{
    private StoredReading()
    {
    }

    /// <summary>Nothing was ever stored.</summary>
    public sealed record Nothing : StoredReading;

    /// <summary>The version in force is the one already known.</summary>
    public sealed record Unchanged : StoredReading;

    public sealed record Found(CatalogSnapshot Snapshot) : StoredReading;

    /// <summary>The version in force is no catalog: someone wrote it by hand, or the rules have become stricter.</summary>
    public sealed record Refused(long Number, string Reason) : StoredReading;
}
