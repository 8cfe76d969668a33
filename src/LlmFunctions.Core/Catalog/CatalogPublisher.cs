using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Catalog;

/// <summary>Changes the stored catalog for operators. What fails to reach the storage throws
/// <see cref="StorageUnavailableException"/>.</summary>
public sealed partial class CatalogPublisher(ICatalogStore store, CatalogSwitch @switch, ILogger<CatalogPublisher> logger)
{
    /// <summary>Stores a document as a new version and puts it in force: here at once, elsewhere with the next poll.</summary>
    /// <param name="document">The catalog.</param>
    /// <param name="author">Who publishes it.</param>
    /// <param name="cancellationToken">The operator's leaving.</param>
    /// <param name="basedOn">The version that was edited: another one in force is a conflict. Null: whatever is in force is replaced.</param>
    public async Task<CatalogChange> PublishAsync(string document, string author, CancellationToken cancellationToken, long? basedOn = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        var (config, errors) = CatalogParser.Parse(document);
        if (config is null)
            return new CatalogChange.Invalid(errors);
        var head = await store.ReadHeadAsync(cancellationToken);
        if (basedOn is not null && basedOn != head?.Number)
            return new CatalogChange.Conflict();
        if (head is not null
            && await store.ReadDocumentAsync(head.Number, cancellationToken) == document
            && await FindAsync(head.Number, cancellationToken) is { } current)
            return new CatalogChange.Published(current, IsNew: false);

        var version = await store.AddVersionAsync(document, author, cancellationToken);
        if (!await store.TryMoveHeadAsync(version.Number, head, cancellationToken))
            return new CatalogChange.Conflict();
        @switch.Adopt(new(version.Number, version.Hash, config));
        LogPublished(author, version.Number);
        return new CatalogChange.Published(version, IsNew: true);
    }

    /// <summary>Puts an older version in force again, if it still is a sound catalog.</summary>
    public async Task<CatalogChange> RollBackAsync(long number, string author, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        var head = await store.ReadHeadAsync(cancellationToken);
        if (await FindAsync(number, cancellationToken) is not { } version
            || await store.ReadDocumentAsync(number, cancellationToken) is not { } document)
            return new CatalogChange.NotFound(number);
        var (config, errors) = CatalogParser.Parse(document);
        if (config is null)
            return new CatalogChange.Invalid(errors);
        if (head?.Number != number && !await store.TryMoveHeadAsync(number, head, cancellationToken))
            return new CatalogChange.Conflict();
        @switch.Adopt(new(number, CatalogHash.Of(document), config));
        LogRolledBack(author, number);
        return new CatalogChange.RolledBack(version);
    }

    /// <summary>All versions, newest first.</summary>
    public Task<IReadOnlyList<CatalogVersion>> ListAsync(CancellationToken cancellationToken) =>
        store.ListVersionsAsync(cancellationToken);

    /// <summary>The document of a version as it was written, or null when there is no such version.</summary>
    public Task<string?> ReadAsync(long number, CancellationToken cancellationToken) =>
        store.ReadDocumentAsync(number, cancellationToken);

    private async Task<CatalogVersion?> FindAsync(long number, CancellationToken cancellationToken) =>
        (await store.ListVersionsAsync(cancellationToken)).FirstOrDefault(v => v.Number == number);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Author} published version {Version} of the catalog")]
    private partial void LogPublished(string author, long version);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Author} rolled the catalog back to version {Version}")]
    private partial void LogRolledBack(string author, long version);
}
