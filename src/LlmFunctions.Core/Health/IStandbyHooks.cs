using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>Calls the hooks of standbys. Failures are values, never exceptions.</summary>
public interface IStandbyHooks
{
    /// <summary>Null when the hook was accepted (a 2xx), else why not, in words without keys and bodies.</summary>
    Task<string?> CallAsync(HookConfig hook, CancellationToken cancellationToken);
}
