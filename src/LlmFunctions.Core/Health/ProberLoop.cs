using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Health;

/// <summary>The prober's clock where no timer function is.</summary>
internal sealed class ProberLoop(EndpointProber prober, IOptions<ProbingOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Tick, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await prober.RunOnceAsync(stoppingToken);
    }
}
