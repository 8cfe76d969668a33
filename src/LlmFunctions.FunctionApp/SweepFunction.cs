using LlmFunctions.Core.Replay;
using Microsoft.Azure.Functions.Worker;

namespace LlmFunctions.FunctionApp;

/// <summary>One sweep over the unfinished requests.</summary>
public sealed class SweepFunction(LedgerSweeper sweeper)
{
    [Function("Sweep")]
    public Task RunAsync([TimerTrigger("%SweepSchedule%", UseMonitor = false)] TimerInfo timer, CancellationToken cancellationToken) =>
        sweeper.RunOnceAsync(cancellationToken);
}
