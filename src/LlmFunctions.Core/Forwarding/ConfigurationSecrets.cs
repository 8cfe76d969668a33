using Microsoft.Extensions.Configuration;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Secrets are settings: environment variables, on Azure Key Vault references.</summary>
internal sealed class ConfigurationSecrets(IConfiguration configuration) : ISecretSource
{
    public string? Find(string name) => configuration[name] is { Length: > 0 } value ? value : null;
}
