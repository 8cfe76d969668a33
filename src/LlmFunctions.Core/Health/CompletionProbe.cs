namespace LlmFunctions.Core.Health;

/// <summary>Asks one deployment for its smallest completion; when its circuit is half-open, that is the trial.</summary>
internal sealed class CompletionProbe(BoundedProbe probe, ProbeAllowance allowance, TimeProvider time)
{
    /// <summary>False when nothing was decided and asking again at once would not help.</summary>
    public async Task<bool> RunAsync(DeploymentState state)
    {
        using var lease = state.TryBeginProbe(time.GetUtcNow(), state.Config.Endpoint.Probe.Limit);
        if (lease is null)
            return false;
        var signal = await allowance.TrySpendAsync() ? await probe.CompleteAsync(state.Config) : HealthSignal.None.Instance;
        lease.Report(signal);
        if (signal is HealthSignal.None)
            state.LetLiveTry();
        return signal is HealthSignal.Success or HealthSignal.Failure;
    }
}
