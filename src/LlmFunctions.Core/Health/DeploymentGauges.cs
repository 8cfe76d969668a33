using System.Diagnostics.Metrics;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Health;

/// <summary>How many attempts are in flight at each deployment, and how many deployments of each model are available.</summary>
internal sealed class DeploymentGauges(DeploymentRegistry registry, TimeProvider time) : IGaugeSource
{
    public void AddTo(Meter meter)
    {
        meter.CreateObservableUpDownCounter("llm_router.deployment.in_flight", InFlight, "{attempt}", "Attempts in flight from this instance.");
        meter.CreateObservableGauge("llm_router.model.available_deployments", Available, "{deployment}", "Deployments of a model that may be chosen now.");
    }

    private IEnumerable<Measurement<int>> InFlight() =>
        registry.All.Select(state => new Measurement<int>(state.InFlight, new KeyValuePair<string, object?>(RouterLabels.Deployment, state.Id.ToString())));

    private IEnumerable<Measurement<int>> Available()
    {
        var now = time.GetUtcNow();
        return registry.All.GroupBy(state => state.Id.Model, StringComparer.Ordinal).Select(model => new Measurement<int>(
            model.Count(state => state.GetSkipReason(now) is null), new KeyValuePair<string, object?>(RouterLabels.Model, model.Key)));
    }
}
