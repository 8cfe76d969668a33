using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Catalog;

/// <summary>The catalog to begin with when none is stored: the <c>Catalog</c> setting, else the file.</summary>
/// <param name="folders">The folders from which the file's name counts, the first that has it.</param>
public sealed class CatalogSeed(IOptions<CatalogOptions> options, params string[] folders)
{
    /// <summary>The author of the version that a seed becomes.</summary>
    public const string Author = "seed";

    public async Task<SeedReading> ReadAsync(CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(options.Value.Document))
            return Parse(options.Value.Document, "the setting Catalog");
        var paths = folders.Select(folder => Path.GetFullPath(options.Value.File, folder)).Distinct().ToArray();
        if (paths.FirstOrDefault(File.Exists) is not { } path)
            return Without($"none is stored, the setting Catalog is empty, and there is no file {string.Join(" or ", paths)}. "
                + "Write the file, put the document into the setting Catalog, or publish one.");
        try
        {
            return Parse(await File.ReadAllTextAsync(path, cancellationToken), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Without($"none is stored, and {path} cannot be read: {e.Message}");
        }
    }

    private static SeedReading Parse(string document, string source)
    {
        var (config, errors) = CatalogParser.Parse(document);
        return config is null
            ? Without($"none is stored, and {source} is refused:{string.Concat(errors.Select(e => $"{Environment.NewLine}  {e}"))}")
            : new(document, config, null);
    }

    private static SeedReading Without(string reason) => new("", null, $"There is no catalog: {reason}");
}
