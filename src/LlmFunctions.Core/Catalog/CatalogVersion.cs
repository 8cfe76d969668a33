namespace LlmFunctions.Core.Catalog;

/// <summary>One stored version of the catalog's document.</summary>
/// <param name="Number">From 1, without reuse.</param>
/// <param name="Hash">SHA-256 of the document, lower-case hexadecimal.</param>
/// <param name="Author">The operator's name.</param>
/// <param name="CreatedAt">When it was stored.</param>
public sealed record CatalogVersion(long Number, string Hash, string Author, DateTimeOffset CreatedAt);
