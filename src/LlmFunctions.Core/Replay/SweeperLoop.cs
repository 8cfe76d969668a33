using Microsoft.Extensions.Hosting;

namespace LlmFunctions.Core.Replay;

/// <summary>Sweeps in this process. On Functions a timer does that.</summary>
internal sealed class SweeperLoop(RouterSweeper sweeper, ReplayOptions options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await sweeper.RunOnceAsync(stoppingToken);
    }
}
