using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Health;

/// <summary>Refreshes the shared health off the request path.</summary>
internal sealed class HealthRefreshLoop(HealthRefresher refresher, IOptions<HealthOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RefreshInterval, time);
        do
            await refresher.RefreshAsync().WaitAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
