namespace LlmFunctions.Core.Catalog;

/// <summary>How an operator's change of the catalog ended.</summary>
public abstract record CatalogChange
{
    private CatalogChange()
    {
    }

    /// <summary>The document is in force.</summary>
    /// <param name="IsNew">False when the same document was in force already, and nothing was stored.</param>
    public sealed record Published(CatalogVersion Version, bool IsNew) : CatalogChange;

    /// <summary>An older version is in force again.</summary>
    public sealed record RolledBack(CatalogVersion Version) : CatalogChange;

    /// <summary>The document is refused; nothing changed.</summary>
    public sealed record Invalid(IReadOnlyList<CatalogError> Errors) : CatalogChange;

    /// <summary>There is no such version.</summary>
    public sealed record NotFound(long Number) : CatalogChange;

    /// <summary>Somebody else changed the catalog meanwhile; look at theirs, then try again.</summary>
    public sealed record Conflict : CatalogChange;
}
