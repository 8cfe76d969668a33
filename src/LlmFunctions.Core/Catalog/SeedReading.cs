namespace LlmFunctions.Core.Catalog;

/// <summary>A seed that may be used, or the reason why there is none.</summary>
/// <param name="Document">As written.</param>
/// <param name="Config">The same, parsed; null exactly when there is a problem.</param>
/// <param name="Problem">What is wrong and what to do about it.</param>
public sealed record SeedReading(string Document, CatalogConfig? Config, string? Problem);
