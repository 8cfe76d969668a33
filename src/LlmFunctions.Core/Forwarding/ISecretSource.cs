namespace LlmFunctions.Core.Forwarding;

/// <summary>Resolves the <c>env:NAME</c> references of catalog and keys.</summary>
public interface ISecretSource
{
    /// <summary>The value, or null when the setting is missing or empty.</summary>
    string? Find(string name);
}
