using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Benchmarks.Scale;

/// <summary>One instance's health: the real registry and the real refresher, on a clock that is turned by hand.</summary>
internal sealed class SimulatedInstance
{
    private readonly DeploymentRegistry _registry;
    private readonly HealthRefresher _refresher;

    public SimulatedInstance(CatalogConfig catalog, CountingHealthStore store, FakeTimeProvider time, HealthOptions options)
    {
        _registry = new(time, Random.Shared, Options.Create(options), Options.Create(new ProbingOptions()), NullLogger<DeploymentRegistry>.Instance);
        _registry.Apply(catalog);
        _refresher = new(store, _registry, time, Options.Create(options), NullLogger<HealthRefresher>.Instance);
    }

    public IReadOnlyCollection<DeploymentState> Deployments => _registry.All;

    /// <summary>What the refresh loop does at each of its ticks.</summary>
    public Task TickAsync() => _refresher.RefreshAsync();
}
