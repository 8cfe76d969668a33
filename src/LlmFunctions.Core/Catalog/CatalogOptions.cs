namespace LlmFunctions.Core.Catalog;

/// <summary>Where the catalog comes from when storage has none, and how often storage is asked for a newer one.</summary>
public sealed record CatalogOptions
{
    /// <summary>Setting <c>Catalog</c>: a whole catalog document, which seeds the storage; default none.</summary>
    public string? Document { get; set; }

    /// <summary>Setting <c>CatalogFile</c>: the file that seeds the storage when <see cref="Document"/> is not given, from the
    /// current folder, else from the content root; default <c>catalog.json</c>. It need not exist.</summary>
    public string File { get; set; } = "catalog.json";

    /// <summary>Setting <c>CatalogPollInterval</c>: time between two looks at the version in force, at most 5 s; default 2 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);
}
