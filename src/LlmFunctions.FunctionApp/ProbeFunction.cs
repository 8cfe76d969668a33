using LlmFunctions.Core.Health;
using Microsoft.Azure.Functions.Worker;

namespace LlmFunctions.FunctionApp;

/// <summary>One tick of the prober, and of the keeper of standbys: its own clock stands still while no instance is awake.</summary>
public sealed class ProbeFunction(EndpointProber prober, StandbyKeeper standbys)
{
    [Function("Probe")]
    public Task RunAsync([TimerTrigger("%ProbeSchedule%", UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken) =>
        Task.WhenAll(prober.RunOnceAsync(cancellationToken), standbys.RunOnceAsync(cancellationToken));
}
