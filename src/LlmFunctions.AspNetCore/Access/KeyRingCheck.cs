using Microsoft.Extensions.Hosting;

namespace LlmFunctions.AspNetCore.Access;

/// <summary>Makes the keys resolve when the host starts, so that a missing one is told then and not by the first caller.</summary>
internal sealed class KeyRingCheck(KeyRings rings) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rings);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
