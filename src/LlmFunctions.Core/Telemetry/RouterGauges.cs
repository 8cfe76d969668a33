using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace LlmFunctions.Core.Telemetry;

/// <summary>Offers what is asked for and not counted, from the start of a router to its end. A meter of its own, under the same name: the other
/// outlives routers, and would ask those that are gone.</summary>
internal sealed class RouterGauges(IEnumerable<IGaugeSource> sources) : IHostedService, IDisposable
{
    private readonly Meter _meter = new(RouterTelemetry.Name);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var source in sources)
            source.AddTo(_meter);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();
}
