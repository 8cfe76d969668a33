using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Puts an endpoint's credential on a message, in the header its kind wants.</summary>
internal sealed class EndpointCredentials(ISecretSource secrets, IEntraTokens entra)
{
    /// <exception cref="MissingCredentialException">The setting it names is missing.</exception>
    public async ValueTask ApplyAsync(HttpRequestMessage message, EndpointConfig endpoint, CancellationToken cancellationToken)
    {
        switch (endpoint.Credential)
        {
            case { Kind: CredentialKind.Entra } reference:
                var token = await entra.GetTokenAsync(reference.Value ?? CredentialReference.DefaultScope, cancellationToken);
                message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
                break;
            case { Kind: CredentialKind.Setting } reference:
                ApplyKey(message, endpoint, secrets.Find(reference.Value!) ?? throw new MissingCredentialException(
                    $"the setting '{reference.Value}', which endpoints.{endpoint.Name}.credential names, is not set"));
                break;
        }
    }

    private static void ApplyKey(HttpRequestMessage message, EndpointConfig endpoint, string key)
    {
        switch (endpoint.Kind)
        {
            case EndpointKind.AzureOpenAi or EndpointKind.AzureDeployments:
                message.Headers.TryAddWithoutValidation("api-key", key);
                break;
            case EndpointKind.Anthropic:
                message.Headers.TryAddWithoutValidation("x-api-key", key);
                break;
            default:
                message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
                break;
        }
    }
}
