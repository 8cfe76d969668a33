using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>Asks one endpoint what its configuration says, unless callers or another instance already know.</summary>
internal sealed class RegularProbe(BoundedProbe probe, CompletionProbe completion, ProbeAllowance allowance, TimeProvider time)
{
    /// <summary>Returns when it is due again.</summary>
    public async Task<DateTimeOffset> RunAsync(EndpointState endpoint, EndpointConfig config)
    {
        var (began, interval) = (time.GetUtcNow(), config.Probe.Interval);
        var confirmed = endpoint.LastLiveSuccess + interval > began;
        var leased = await allowance.TryLeaseAsync(endpoint.Name, interval);
        // Who has live traffic keeps the lease without asking, and renews it early, so that idle instances need not ask either.
        if (confirmed)
        {
            endpoint.NoteEvidence(began);
            return began + (interval / 2);
        }

        // The traffic may be elsewhere altogether: on Functions the prober's instance has none.
        if (leased && !await allowance.IsConfirmedAsync(endpoint, began - interval))
            await ProbeAsync(endpoint, config, began);
        return began + interval;
    }

    private async Task ProbeAsync(EndpointState endpoint, EndpointConfig config, DateTimeOffset began)
    {
        if (config.Probe.Kind == ProbeKind.Completion)
            await Task.WhenAll(endpoint.Deployments.Select(completion.RunAsync));
        else
            await AskAsync(endpoint, config, began);
    }

    private async Task AskAsync(EndpointState endpoint, EndpointConfig config, DateTimeOffset began)
    {
        var generations = endpoint.Deployments.Select(state => (State: state, state.ToRow().Generation)).ToList();
        var signal = await probe.AskAsync(config);
        if (signal is not HealthSignal.None)
            endpoint.NoteEvidence(time.GetUtcNow());
        // A standby that is being stopped meanwhile owes no answer.
        foreach (var (state, generation) in generations.Where(asked => !asked.State.IsStandingBy))
            state.ReportProbe(signal, began, generation);
    }
}
