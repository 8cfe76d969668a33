using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LlmFunctions.Core.Health;

public static class HealthRegistration
{
    /// <summary>Registers the health of deployments and what shares it. An <see cref="IHealthStore"/>, an
    /// <see cref="IProbeLedger"/> and an <see cref="IEndpointProbe"/> must be registered too.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddOptions<HealthOptions>();
        services.AddOptions<ProbingOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton<DeploymentRegistry>();
        services.AddSingleton<ICatalogObserver>(provider => provider.GetRequiredService<DeploymentRegistry>());
        services.AddSingleton<HealthRefresher>();
        services.AddSingleton<SharedTrials>();
        services.AddSingleton<EndpointProber>();
        services.AddHostedService<HealthPublisher>();
        services.AddHostedService<SuccessPublisher>();
        return services.AddHostedService<HealthRefreshLoop>();
    }

    /// <summary>Lets the prober tick in this process. On Functions a timer does that.</summary>
    public static IServiceCollection AddProberLoop(this IServiceCollection services) => services.AddHostedService<ProberLoop>();
}
