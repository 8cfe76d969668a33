using LlmFunctions.Core.Replay;
using Microsoft.Azure.Functions.Worker;

namespace LlmFunctions.FunctionApp;

/// <summary>One sweep over the unfinished requests and over what was kept long enough.</summary>
public sealed class SweepFunction(RouterSweeper sweeper)
{
    [Function("Sweep")]
    public Task RunAsync([TimerTrigger("%SweepSchedule%", UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken) =>
        sweeper.RunOnceAsync(cancellationToken);
}
