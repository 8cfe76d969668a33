using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Tests.Catalog;

public sealed class CatalogSeedTests : IDisposable
{
    private readonly string _current = Directory.CreateTempSubdirectory("current-").FullName;
    private readonly string _root = Directory.CreateTempSubdirectory("root-").FullName;

    [Fact]
    public async Task ReadAsync_FileInBothFolders_ThatOfTheFirstCounts()
    {
        Write(_root, "of-root");
        Assert.Equal("of-root", await ReadModelAsync());
        Write(_current, "of-current");
        Assert.Equal("of-current", await ReadModelAsync());
    }

    [Fact]
    public async Task ReadAsync_FileInNeither_NamesBothPlaces()
    {
        var problem = (await Seed("catalog.json").ReadAsync(TestContext.Current.CancellationToken)).Problem;
        Assert.Contains($"no file {Path.Combine(_current, "catalog.json")} or {Path.Combine(_root, "catalog.json")}.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_AbsolutePath_IsTheOnlyPlace()
    {
        var path = Path.Combine(_current, "elsewhere.json");
        Assert.Contains($"no file {path}.", (await Seed(path).ReadAsync(TestContext.Current.CancellationToken)).Problem, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Directory.Delete(_current, recursive: true);
        Directory.Delete(_root, recursive: true);
    }

    private static void Write(string folder, string model) => File.WriteAllText(Path.Combine(folder, "catalog.json"), CatalogText.Sound(model));

    private async Task<string> ReadModelAsync() =>
        (await Seed("catalog.json").ReadAsync(TestContext.Current.CancellationToken)).Config!.Models.Keys.Single();

    private CatalogSeed Seed(string file) => new(Options.Create(new CatalogOptions { File = file }), _current, _root);
}
