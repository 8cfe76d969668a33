namespace LlmFunctions.Core.Catalog;

/// <summary>Which models exist and which deployments serve them, as the operator wrote it.</summary>
/// <param name="Endpoints">By name, ordinal.</param>
/// <param name="Models">By name, ordinal.</param>
public sealed record CatalogConfig(
    IReadOnlyDictionary<string, EndpointConfig> Endpoints,
    IReadOnlyDictionary<string, ModelConfig> Models);
