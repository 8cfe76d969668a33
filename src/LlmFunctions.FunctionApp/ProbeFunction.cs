using LlmFunctions.Core.Health;
using Microsoft.Azure.Functions.Worker;

namespace LlmFunctions.FunctionApp;

/// <summary>One tick of the prober.</summary>
public sealed class ProbeFunction(EndpointProber prober)
{
    [Function("Probe")]
    public Task RunAsync([TimerTrigger("%ProbeSchedule%", UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken) =>
        prober.RunOnceAsync(cancellationToken);
}
