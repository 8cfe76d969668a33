using System.Diagnostics.CodeAnalysis;

namespace LlmFunctions.Core.Catalog;

/// <summary>One version of the catalog in force; swapped whole on reload.</summary>
/// <param name="Version">The number of its version row; 0 for a seed that is not stored yet.</param>
/// <param name="Hash">SHA-256 of the document, lower-case hexadecimal.</param>
/// <param name="Config">The parsed document.</param>
public sealed record CatalogSnapshot(long Version, string Hash, CatalogConfig Config)
{
    /// <summary>Finds a model by the name the caller asked for.</summary>
    public bool TryFindModel(string name, [MaybeNullWhen(false)] out ModelConfig model) =>
        Config.Models.TryGetValue(name, out model);
}
