using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>Asks a standby that was started whether it serves by now: its own probe, or any answer at all when it has none.</summary>
internal sealed class StandbyProbe(BoundedProbe probe, ProbeAllowance allowance)
{
    /// <summary>Null when it is ready, else what it said.</summary>
    public async Task<string?> AskAsync(EndpointState endpoint, EndpointConfig config)
    {
        var signal = await probe.AskAsync(config);
        if (config.Probe.Kind is ProbeKind.None or ProbeKind.Completion && signal is not HealthSignal.Failure)
            signal = config.Probe.Kind == ProbeKind.Completion ? await CompleteAsync(endpoint) : new HealthSignal.Success(TimeSpan.Zero);
        return signal switch
        {
            HealthSignal.Success => null,
            HealthSignal.Failure failure => failure.Kind.ToString(),
            HealthSignal.Misconfigured wrong => wrong.Reason,
            HealthSignal.Throttled => "throttled",
            _ => "an answer that is no sign of health",
        };
    }

    // Only once somebody answers at all, or a slow start would use up the tokens of the day.
    private async Task<HealthSignal> CompleteAsync(EndpointState endpoint) =>
        endpoint.Deployments is [var first, ..] && await allowance.TrySpendAsync()
            ? await probe.CompleteAsync(first.Config)
            : new HealthSignal.Success(TimeSpan.Zero);
}
