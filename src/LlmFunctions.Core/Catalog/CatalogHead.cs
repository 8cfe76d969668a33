namespace LlmFunctions.Core.Catalog;

/// <summary>Which version is in force.</summary>
/// <param name="Number">The version's number.</param>
/// <param name="ETag">Opaque; a swap succeeds only while it is the stored one.</param>
public sealed record CatalogHead(long Number, string ETag);
