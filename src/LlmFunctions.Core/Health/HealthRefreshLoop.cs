using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Health;

/// <summary>Refreshes the shared health off the request path.</summary>
internal sealed partial class HealthRefreshLoop(
    HealthRefresher refresher, IOptions<HealthOptions> options, TimeProvider time, ILogger<HealthRefreshLoop> logger) : BackgroundService
{
    private bool _isBroken;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RefreshInterval, time);
        do
            await RefreshAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RefreshAsync(CancellationToken stoppingToken)
    {
        try
        {
            await refresher.RefreshAsync().WaitAsync(stoppingToken);
            _isBroken = false;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // The edge of the refresher: a row that cannot be read must not end the host.
            if (!_isBroken)
                LogBroken(e);
            _isBroken = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The shared health cannot be understood, routing goes on from the last known state")]
    private partial void LogBroken(Exception exception);
}
