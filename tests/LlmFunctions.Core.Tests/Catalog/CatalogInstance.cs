using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Catalog;

/// <summary>One instance of the router, as far as the catalog goes, over a store it may share with others.</summary>
internal sealed class CatalogInstance : ICatalogObserver, IDisposable
{
    public CatalogInstance(FakeCatalogStore store, string? seed = null, string file = "missing.json", string? folder = null)
    {
        var options = Options.Create(new CatalogOptions { Document = seed, File = file });
        var @switch = new CatalogSwitch(Holder, [this]);
        Loader = new(store, new(options, folder ?? Path.GetTempPath()), Holder, @switch, LoaderLog);
        Reloader = new(Loader, Holder, options, Time, ReloaderLog);
        Publisher = new(store, @switch, new ListLogger<CatalogPublisher>());
    }

    public FakeTimeProvider Time { get; } = new();

    public CatalogHolder Holder { get; } = new();

    public CatalogLoader Loader { get; }

    public CatalogReloader Reloader { get; }

    public CatalogPublisher Publisher { get; }

    public ListLogger<CatalogLoader> LoaderLog { get; } = new();

    public ListLogger<CatalogReloader> ReloaderLog { get; } = new();

    /// <summary>What the observer was given, with the version that was in force at that moment.</summary>
    public List<(long Adopted, long? InForce)> Observed { get; } = [];

    public long? Version => Holder.Current?.Version;

    public string? Model => Holder.Current?.Config.Models.Keys.Single();

    public Task LookAsync() => Loader.LookAsync(CancellationToken.None);

    public void Adopt(CatalogSnapshot snapshot) => Observed.Add((snapshot.Version, Version));

    public void Dispose() => Reloader.Dispose();
}
