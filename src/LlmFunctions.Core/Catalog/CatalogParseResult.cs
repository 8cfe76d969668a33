namespace LlmFunctions.Core.Catalog;

/// <summary>A catalog, or every reason why the document is none.</summary>
public sealed record CatalogParseResult(CatalogConfig? Config, IReadOnlyList<CatalogError> Errors);
