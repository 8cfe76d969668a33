namespace LlmFunctions.Core.Catalog;

/// <summary>Holds the catalog in force. Thread-safe.</summary>
public sealed class CatalogHolder
{
    private volatile CatalogSnapshot? _current;

    /// <summary>The catalog in force, or null before one was loaded.</summary>
    public CatalogSnapshot? Current => _current;

    public void Swap(CatalogSnapshot snapshot) => _current = snapshot;
}
