namespace LlmFunctions.Core.Catalog;

/// <summary>Keeps the versions of the catalog's document and which of them is in force. What fails to reach the storage
/// throws <see cref="StorageUnavailableException"/>.</summary>
public interface ICatalogStore
{
    /// <summary>The version in force, or null when none was ever stored.</summary>
    Task<CatalogHead?> ReadHeadAsync(CancellationToken cancellationToken);

    /// <summary>The document of a version, or null when there is no such version.</summary>
    Task<string?> ReadDocumentAsync(long number, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<CatalogVersion>> ListVersionsAsync(CancellationToken cancellationToken);

    /// <summary>Stores a document under the next free number: first the blob, then its row. It is not in force yet.</summary>
    Task<CatalogVersion> AddVersionAsync(string document, string author, CancellationToken cancellationToken);

    /// <summary>Puts a version in force. False when the head is no longer <paramref name="expected"/> (null: no head yet).</summary>
    Task<bool> TryMoveHeadAsync(long number, CatalogHead? expected, CancellationToken cancellationToken);
}
