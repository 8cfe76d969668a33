using Microsoft.Extensions.Configuration;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Secrets are settings: environment variables, on Azure Key Vault references.</summary>
internal sealed class ConfigurationSecrets(IConfiguration configuration) : ISecretSource
{
    // What App Service leaves in a setting while its secret cannot be read: it is known to everybody, so it is no key.
    private const string UnresolvedReference = "@Microsoft.KeyVault(";

    public string? Find(string name) =>
        configuration[name] is { Length: > 0 } value && !value.StartsWith(UnresolvedReference, StringComparison.OrdinalIgnoreCase) ? value : null;
}
