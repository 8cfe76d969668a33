using Microsoft.Extensions.Hosting;

namespace LlmFunctions.Core.Health;

/// <summary>The keeper's clock, in every process: each instance says itself what it has in flight.</summary>
internal sealed class StandbyLoop(StandbyKeeper keeper, StandbyOptions options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Tick, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await keeper.RunOnceAsync(stoppingToken);
    }
}
