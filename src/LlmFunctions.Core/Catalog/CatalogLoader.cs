using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Catalog;

/// <summary>Brings the catalog in force on this instance up to what is stored. One look at a time.</summary>
public sealed partial class CatalogLoader(
    ICatalogStore store, CatalogSeed seed, CatalogHolder holder, CatalogSwitch @switch, ILogger<CatalogLoader> logger)
{
    private readonly StoredCatalog _stored = new(store);
    private long _refused;
    private bool _headMissing;
    private volatile string? _problem;

    /// <summary>Why no catalog is in force and what to do about it; null when one is.</summary>
    public string? Problem => holder.Current is null ? _problem : null;

    /// <summary>Adopts the stored catalog if it is another than the one in force; seeds the storage if it has none.</summary>
    /// <exception cref="StorageUnavailableException">Storage could not be asked; nothing changed.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var seen = holder.Current;
        switch (await _stored.ReadAsync(seen?.Version, cancellationToken))
        {
            case StoredReading.Found found:
                _refused = 0;
                Adopt(found.Snapshot, seen);
                break;
            case StoredReading.Refused refused:
                await RefuseAsync(refused, seen, cancellationToken);
                break;
            case StoredReading.Nothing when seen is null or { Version: 0 }:
                await SeedAsync(seen, cancellationToken);
                break;
            case StoredReading.Nothing:
                KeepWithoutHead(seen.Version);
                return;
        }
        _headMissing = false;
    }

    /// <summary>While storage does not answer: adopts the seed as version 0, unless a catalog is in force.</summary>
    public async Task AdoptSeedAsync(CancellationToken cancellationToken)
    {
        if (holder.Current is null && await ReadSeedAsync(cancellationToken) is { } usable)
            Adopt(new(0, CatalogHash.Of(usable.Document), usable.Config!), null);
    }

    private async Task RefuseAsync(StoredReading.Refused refused, CatalogSnapshot? seen, CancellationToken cancellationToken)
    {
        if (_refused != refused.Number)
            LogRefused(refused.Number, refused.Reason);
        _refused = refused.Number;
        if (seen is not null)
            return;
        if (await _stored.ReadBeforeAsync(refused.Number, cancellationToken) is { } older)
            Adopt(older, null);
        else
            Report($"There is no catalog: version {refused.Number} is refused, and so is every version before it. Publish a sound one. {refused.Reason}");
    }

    private async Task SeedAsync(CatalogSnapshot? seen, CancellationToken cancellationToken)
    {
        if (await ReadSeedAsync(cancellationToken) is not { } usable)
            return;
        if (await _stored.SeedAsync(usable, cancellationToken) is { } snapshot)
            Adopt(snapshot, seen);
        else if (await _stored.ReadAsync(null, cancellationToken) is StoredReading.Found winner)
            Adopt(winner.Snapshot, seen);
    }

    private async Task<SeedReading?> ReadSeedAsync(CancellationToken cancellationToken)
    {
        var reading = await seed.ReadAsync(cancellationToken);
        if (reading.Problem is null)
            return reading;
        Report(reading.Problem);
        return null;
    }

    private void Adopt(CatalogSnapshot snapshot, CatalogSnapshot? seen)
    {
        if (@switch.TryAdopt(snapshot, seen))
            LogAdopted(snapshot.Version);
    }

    private void KeepWithoutHead(long version)
    {
        if (!_headMissing)
            LogHeadMissing(version);
        _headMissing = true;
    }

    private void Report(string problem)
    {
        if (_problem != problem && holder.Current is null)
            LogProblem(problem);
        _problem = problem;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Version {Version} of the catalog is in force")]
    private partial void LogAdopted(long version);

    [LoggerMessage(Level = LogLevel.Error, Message = "Version {Version} of the catalog is refused: {Reason}")]
    private partial void LogRefused(long version, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage no longer says which catalog is in force; version {Version} stays")]
    private partial void LogHeadMissing(long version);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem}")]
    private partial void LogProblem(string problem);
}
