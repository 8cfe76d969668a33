using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health.Availability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LlmFunctions.Core.Health;

public static class HealthRegistration
{
    /// <summary>Registers the health of deployments and what shares it. An <see cref="IHealthStore"/>, an
    /// <see cref="IProbeLedger"/>, an <see cref="IAvailabilityStore"/> and an <see cref="IEndpointProbe"/> must be registered too.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddOptions<HealthOptions>();
        services.AddOptions<ProbingOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton<DeploymentRegistry>();
        services.AddSingleton<ICatalogObserver>(provider => provider.GetRequiredService<DeploymentRegistry>());
        services.AddSingleton<HealthRefresher>();
        services.AddSingleton<EndpointProber>();
        services.AddAvailability();
        services.AddHostedService<HealthPublisher>();
        return services.AddHostedService<HealthRefreshLoop>();
    }

    /// <summary>Lets the prober tick in this process. On Functions a timer does that.</summary>
    public static IServiceCollection AddProberLoop(this IServiceCollection services) => services.AddHostedService<ProberLoop>();
}
