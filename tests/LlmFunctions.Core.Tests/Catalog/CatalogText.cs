using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Catalog;

/// <summary>Sound documents with one part replaced.</summary>
internal static class CatalogText
{
    public const string Endpoint = """{ "kind": "openai", "address": "https://api.openai.com/v1", "credential": "env:KEY" }""";

    public static string WithEndpoint(string endpoint, string name = "east") =>
        $$"""{ "endpoints": { "{{name}}": {{endpoint}} }, "models": { "gpt": { "deployments": { "{{name}}": {} } } } }""";

    public static string WithModels(string models) => $$"""{ "endpoints": { "east": {{Endpoint}} }, "models": {{models}} }""";

    public static string WithModel(string fields) => WithModels($$"""{ "gpt": { "deployments": { "east": {} }, {{fields}} } }""");

    public static string WithDeployment(string fields) => WithModels($$"""{ "gpt": { "deployments": { "east": { {{fields}} } } } }""");

    /// <summary>A sound document that differs from others by its model's name.</summary>
    public static string Sound(string model = "gpt") => WithModels($$"""{ "{{model}}": { "deployments": { "east": {} } } }""");

    public static CatalogError OnlyError(string document)
    {
        var result = CatalogParser.Parse(document);
        Assert.Null(result.Config);
        return Assert.Single(result.Errors);
    }

    public static CatalogConfig Config(string document)
    {
        var result = CatalogParser.Parse(document);
        Assert.Empty(result.Errors);
        return result.Config!;
    }
}
