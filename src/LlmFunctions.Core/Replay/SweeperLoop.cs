using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Replay;

/// <summary>Sweeps in this process. On Functions a timer does that.</summary>
internal sealed partial class SweeperLoop(RouterSweeper sweeper, ReplayOptions options, TimeProvider time, ILogger<SweeperLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await SweepAsync(stoppingToken);
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            await sweeper.RunOnceAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // The edge of the sweeper: one sweep that breaks must not end the others, nor the host.
            LogBroken(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The sweep is broken")]
    private partial void LogBroken(Exception exception);
}
