using Azure.Core;
using Azure.Identity;

namespace LlmFunctions.Azure;

/// <summary>Who the router is in Entra ID.</summary>
internal static class RouterIdentity
{
    /// <summary>Made once per process: each one keeps its own tokens and looks for its source anew.</summary>
    public static TokenCredential Create(StorageOptions options)
    {
        var choice = new DefaultAzureCredentialOptions
        {
            // What is left: environment, workload identity, managed identity, and the Azure CLI on a laptop.
            ExcludeAzureDeveloperCliCredential = true,
            ExcludeAzurePowerShellCredential = true,
            ExcludeBrokerCredential = true,
            ExcludeInteractiveBrowserCredential = true,
            ExcludeVisualStudioCodeCredential = true,
            ExcludeVisualStudioCredential = true,
        };
        // Left alone, the client id comes from AZURE_CLIENT_ID.
        if (options.ClientId is not null)
            choice.ManagedIdentityClientId = options.ClientId;
        return new DefaultAzureCredential(choice);
    }
}
