using LlmFunctions.Azure.Catalog;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Azure.Tests.Catalog;

public sealed class PublishingOverStorageTests(AzuriteFixture azurite)
{
    private readonly StorageClients _clients = StorageClientsFactory.Create(
        new() { Prefix = $"t{Guid.NewGuid():N}"[..24], ConnectionString = new(azurite.ConnectionString) }, new FakeCredential());

    [Fact]
    public async Task LookAsync_TwoInstancesSeedAtOnce_HaveTheSameCatalog()
    {
        var one = Instance(Document("one"));
        var two = Instance(Document("two"));

        await Task.WhenAll(one.Loader.LookAsync(CancellationToken.None), two.Loader.LookAsync(CancellationToken.None));

        Assert.NotNull(one.Holder.Current);
        Assert.Equal(one.Holder.Current.Version, two.Holder.Current!.Version);
        Assert.Equal(one.Holder.Current.Hash, two.Holder.Current.Hash);
    }

    [Fact]
    public async Task PublishAsync_ThenRollBackAsync_IsSeenByTheOtherInstance()
    {
        var one = Instance(Document("seed"));
        var two = Instance(null);
        await one.Loader.LookAsync(CancellationToken.None);

        Assert.IsType<CatalogChange.Published>(await one.Publisher.PublishAsync(Document("next"), "ops", CancellationToken.None));
        await two.Loader.LookAsync(CancellationToken.None);
        Assert.Equal((2L, "next"), (two.Holder.Current!.Version, two.Holder.Current.Config.Models.Keys.Single()));

        Assert.IsType<CatalogChange.RolledBack>(await two.Publisher.RollBackAsync(1, "ops", CancellationToken.None));
        await one.Loader.LookAsync(CancellationToken.None);
        Assert.Equal((1L, "seed"), (one.Holder.Current!.Version, one.Holder.Current.Config.Models.Keys.Single()));
    }

    [Fact]
    public async Task PublishAsync_TwoAtOnce_OneIsInForceAndTheOtherKnows()
    {
        var one = Instance(Document("seed"));
        var two = Instance(null);
        await one.Loader.LookAsync(CancellationToken.None);

        var changes = await Task.WhenAll(
            one.Publisher.PublishAsync(Document("ours"), "ops", CancellationToken.None),
            two.Publisher.PublishAsync(Document("theirs"), "ops", CancellationToken.None));

        var published = changes.OfType<CatalogChange.Published>().Select(p => p.Version.Number).ToArray();
        var head = await new BlobCatalogStore(_clients, TimeProvider.System).ReadHeadAsync(CancellationToken.None);
        Assert.Contains(head!.Number, published);
        Assert.Equal(2, published.Length + changes.OfType<CatalogChange.Conflict>().Count());
    }

    private (CatalogLoader Loader, CatalogPublisher Publisher, CatalogHolder Holder) Instance(string? seed)
    {
        var store = new BlobCatalogStore(_clients, TimeProvider.System);
        var holder = new CatalogHolder();
        var @switch = new CatalogSwitch(holder, []);
        var options = Options.Create(new CatalogOptions { Document = seed, File = "missing.json" });
        return (
            new(store, new(options, Path.GetTempPath()), holder, @switch, NullLogger<CatalogLoader>.Instance),
            new(store, @switch, NullLogger<CatalogPublisher>.Instance),
            holder);
    }

    private static string Document(string model) => $$"""
        { "endpoints": { "east": { "kind": "openai", "address": "https://x.example", "credential": "none" } },
          "models": { "{{model}}": { "deployments": { "east": {} } } } }
        """;
}
