namespace LlmFunctions.Core.Catalog;

/// <summary>Reads and seeds what the storage holds. Decides nothing about what is in force here.</summary>
internal sealed class StoredCatalog(ICatalogStore store)
{
    // Whoever goes back further than this in search of a sound version is repairing by hand anyway.
    private const int OlderVersions = 5;

    public async Task<StoredReading> ReadAsync(long? known, CancellationToken cancellationToken)
    {
        var head = await store.ReadHeadAsync(cancellationToken);
        if (head is null)
            return new StoredReading.Nothing();
        return head.Number == known ? new StoredReading.Unchanged() : await ReadVersionAsync(head.Number, cancellationToken);
    }

    /// <summary>The newest sound version before a refused one, or null: what the other instances still have in force.</summary>
    public async Task<CatalogSnapshot?> ReadBeforeAsync(long number, CancellationToken cancellationToken)
    {
        var versions = await store.ListVersionsAsync(cancellationToken);
        foreach (var version in versions.Where(v => v.Number < number).Take(OlderVersions))
        {
            if (await ReadVersionAsync(version.Number, cancellationToken) is StoredReading.Found found)
                return found.Snapshot;
        }
        return null;
    }

    /// <summary>Stores a seed as the first version and puts it in force; null when another instance was quicker.</summary>
    public async Task<CatalogSnapshot?> SeedAsync(SeedReading seed, CancellationToken cancellationToken)
    {
        var hash = CatalogHash.Of(seed.Document);
        // An earlier seeding may have ended between the version and the head; it is taken up, not repeated every poll.
        var versions = await store.ListVersionsAsync(cancellationToken);
        var version = versions.FirstOrDefault(v => v.Hash == hash)
            ?? await store.AddVersionAsync(seed.Document, CatalogSeed.Author, cancellationToken);
        return await store.TryMoveHeadAsync(version.Number, null, cancellationToken)
            ? new CatalogSnapshot(version.Number, hash, seed.Config!)
            : null;
    }

    private async Task<StoredReading> ReadVersionAsync(long number, CancellationToken cancellationToken)
    {
        var document = await store.ReadDocumentAsync(number, cancellationToken);
        if (document is null)
            return new StoredReading.Refused(number, "its document is missing.");
        var (config, errors) = CatalogParser.Parse(document);
        return config is null
            ? new StoredReading.Refused(number, string.Concat(errors.Select(e => $"{Environment.NewLine}  {e}")).TrimStart())
            : new StoredReading.Found(new(number, CatalogHash.Of(document), config));
    }
}
