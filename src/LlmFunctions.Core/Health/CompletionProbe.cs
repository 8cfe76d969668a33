namespace LlmFunctions.Core.Health;

/// <summary>Asks one deployment for its smallest completion; when its circuit is half-open, that is the trial.</summary>
internal sealed class CompletionProbe(BoundedProbe probe, ProbeAllowance allowance, SharedTrials trials)
{
    /// <summary>False when nothing was decided and asking again at once would not help.</summary>
    public async Task<bool> RunAsync(DeploymentState state)
    {
        using var lease = await trials.TryBeginProbeAsync(state, state.Config.Endpoint.Probe.Limit);
        if (lease is null)
            return false;
        var signal = await allowance.TrySpendAsync() ? await probe.CompleteAsync(state.Config) : HealthSignal.None.Instance;
        if (signal is HealthSignal.None)
            state.LeaveTrialToCallers(lease.Generation);
        lease.Report(signal);
        return signal is HealthSignal.Success or HealthSignal.Failure;
    }
}
