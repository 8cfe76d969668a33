using System.Collections.Concurrent;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>Endpoints that answer probes as told.</summary>
internal sealed class FakeEndpointProbe : IEndpointProbe
{
    public static readonly HealthSignal Green = new HealthSignal.Success(TimeSpan.FromMilliseconds(20));

    public ConcurrentQueue<string> Asked { get; } = [];

    public ConcurrentQueue<string> Completed { get; } = [];

    public Func<EndpointConfig, CancellationToken, Task<HealthSignal>> Ask { get; set; } = (_, _) => Task.FromResult(Green);

    public HealthSignal Completion { get; set; } = Green;

    public Task<HealthSignal> AskAsync(EndpointConfig endpoint, CancellationToken cancellationToken)
    {
        Asked.Enqueue(endpoint.Name);
        return Ask(endpoint, cancellationToken);
    }

    public Task<HealthSignal> CompleteAsync(DeploymentConfig deployment, CancellationToken cancellationToken)
    {
        Completed.Enqueue(deployment.Id.ToString());
        return Task.FromResult(Completion);
    }
}
