namespace LlmFunctions.Core;

/// <summary>Tokens of the router's own identity in Entra ID.</summary>
public interface IEntraTokens
{
    /// <summary>A token for a scope such as <c>https://cognitiveservices.azure.com/.default</c>; from memory unless it is about to expire.</summary>
    /// <exception cref="EntraTokenException">Entra ID gave none.</exception>
    ValueTask<string> GetTokenAsync(string scope, CancellationToken cancellationToken);
}
