namespace LlmFunctions.Core;

/// <summary>Entra ID tokens of the router's own identity.</summary>
public interface IEntraTokens
{
    /// <summary>A token that is valid for some minutes at least.</summary>
    /// <exception cref="EntraTokenException">None could be had.</exception>
    ValueTask<string> GetTokenAsync(string scope, CancellationToken cancellationToken);
}
