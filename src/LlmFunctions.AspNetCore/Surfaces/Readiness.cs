using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using Microsoft.Extensions.Hosting;

namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary>Whether this instance should get requests: a catalog is loaded, health was read or timed out once, and it is not stopping.</summary>
internal sealed class Readiness(
    CatalogHolder catalogs, CatalogReloader reloader, HealthRefresher health, DeploymentRegistry registry, IHostApplicationLifetime lifetime, TimeProvider time)
{
    public async Task<ReadinessView> LookAsync(CancellationToken cancellationToken)
    {
        if (catalogs.Current is null)
            await reloader.LoadAsync(cancellationToken);
        await health.EnsureFreshAsync(cancellationToken);

        var catalog = catalogs.Current;
        var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
        return new(
            catalog is not null && health.IsReady && !isStopping,
            isStopping,
            catalog?.Version,
            reloader.Problem,
            health.Age?.TotalSeconds,
            catalog is null ? [] : catalog.Config.Models.ToDictionary(model => model.Key, model => CountAvailable(model.Value)));
    }

    private int CountAvailable(ModelConfig model)
    {
        var now = time.GetUtcNow();
        return model.Deployments.Count(deployment => registry.Get(deployment).GetSkipReason(now) is null);
    }
}
