using LlmFunctions.Core.Catalog;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary>Why a catalog was refused.</summary>
internal sealed record CatalogErrorsView(string Message, IReadOnlyList<CatalogError> Errors);
