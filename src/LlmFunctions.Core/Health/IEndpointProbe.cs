using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>Asks endpoints whether they work. Failures are signals, never exceptions.</summary>
public interface IEndpointProbe
{
    /// <summary>The endpoint's regular question: its health path or its list of models.</summary>
    Task<HealthSignal> AskAsync(EndpointConfig endpoint, CancellationToken cancellationToken);

    /// <summary>The smallest completion the deployment's API accepts; green is any sound answer, also one ended by length.</summary>
    Task<HealthSignal> CompleteAsync(DeploymentConfig deployment, CancellationToken cancellationToken);
}
