using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>Calls a hook for no longer than its limit, even if the answer does not mind its token.</summary>
internal sealed class BoundedHook(IStandbyHooks hooks, StandbyOptions options, TimeProvider time)
{
    /// <summary>Null when it was accepted, else why not.</summary>
    public async Task<string?> CallAsync(HookConfig hook)
    {
        using var limit = new CancellationTokenSource(options.HookLimit, time);
        try
        {
            return await hooks.CallAsync(hook, limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return $"no answer within {options.HookLimit.TotalSeconds:0.#} s";
        }
    }
}
