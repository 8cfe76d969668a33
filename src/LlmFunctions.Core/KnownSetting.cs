namespace LlmFunctions.Core;

/// <summary>A setting or section at the top of the configuration that the router reads.</summary>
/// <param name="Name">Such as <c>Health</c> or <c>CatalogFile</c>.</param>
public sealed record KnownSetting(string Name);
