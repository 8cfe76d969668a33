using LlmFunctions.Core.Health;
using Microsoft.Azure.Functions.Worker;

namespace LlmFunctions.FunctionApp;

/// <summary>The prober's clock. The host lets one instance at a time run it, and the next run waits for this one.</summary>
public sealed class ProbeFunction(EndpointProber prober)
{
    // A tick that was missed needs no making up for, so no monitor writes the schedule down.
    [Function("Probe")]
    public Task RunAsync([TimerTrigger("%ProbeSchedule%", UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken) =>
        prober.RunOnceAsync(cancellationToken);
}
