namespace LlmFunctions.Core.Catalog;

/// <summary>One thing wrong in a catalog document.</summary>
/// <param name="Key">Path of the key, such as <c>models.gpt-4o.deployments.east.tier</c>; empty for the whole document.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record CatalogError(string Key, string Message)
{
    public override string ToString() => Key.Length == 0 ? Message : $"{Key}: {Message}";
}
