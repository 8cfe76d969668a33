using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>The state of every deployment of the catalog in force; states outlive a reload. Thread-safe.</summary>
public sealed class DeploymentRegistry
{
    /// <summary>All states, of deployments in the catalog in force.</summary>
    public IReadOnlyCollection<DeploymentState> All => throw new NotImplementedException();

    /// <summary>The state of a deployment, made on first sight.</summary>
    public DeploymentState Get(DeploymentConfig deployment) => throw new NotImplementedException();

    /// <summary>Takes over a new catalog: new deployments begin closed, removed ones are forgotten.</summary>
    public void Apply(CatalogConfig catalog) => throw new NotImplementedException();
}
