using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>Asks no longer than the endpoint's probe limit, even if the answer does not mind its token.</summary>
internal sealed class BoundedProbe(IEndpointProbe probe, TimeProvider time)
{
    public Task<HealthSignal> AskAsync(EndpointConfig endpoint) =>
        BoundAsync(endpoint.Probe.Limit, token => probe.AskAsync(endpoint, token));

    public Task<HealthSignal> CompleteAsync(DeploymentConfig deployment) =>
        BoundAsync(deployment.Endpoint.Probe.Limit, token => probe.CompleteAsync(deployment, token));

    private async Task<HealthSignal> BoundAsync(TimeSpan longest, Func<CancellationToken, Task<HealthSignal>> ask)
    {
        using var limit = new CancellationTokenSource(longest, time);
        try
        {
            return await ask(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new HealthSignal.Failure(FailureKind.Timeout);
        }
    }
}
