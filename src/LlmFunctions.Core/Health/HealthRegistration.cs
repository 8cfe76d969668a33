using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Health;

public static class HealthRegistration
{
    /// <summary>Registers the health of deployments and what shares it. An <see cref="IHealthStore"/>, an <see cref="IStandbyStore"/>, an
    /// <see cref="IProbeLedger"/>, an <see cref="IAvailabilityStore"/>, an <see cref="IEndpointProbe"/> and <see cref="IStandbyHooks"/> must
    /// be registered too.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddOptions<HealthOptions>();
        services.AddOptions<ProbingOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton<DeploymentRegistry>();
        services.AddSingleton<ICatalogObserver>(provider => provider.GetRequiredService<DeploymentRegistry>());
        services.AddSingleton<IGaugeSource, DeploymentGauges>();
        services.AddSingleton<HealthRefresher>();
        services.AddSingleton<SharedTrials>();
        services.AddSingleton<EndpointProber>();
        services.AddStandbys();
        services.AddAvailability();
        services.AddHostedService<HealthPublisher>();
        services.AddHostedService<SuccessPublisher>();
        return services.AddHostedService<HealthRefreshLoop>();
    }

    private static void AddStandbys(this IServiceCollection services)
    {
        services.AddSingleton<BoundedHook>();
        services.AddSingleton<BoundedProbe>();
        services.AddSingleton<ProbeAllowance>();
        services.AddSingleton<StandbyProbe>();
        services.AddSingleton<StandbyShare>();
        services.AddSingleton<StandbyIncidents>();
        services.AddSingleton<StandbyStart>();
        services.AddSingleton<StandbyStop>();
        services.AddSingleton<StandbyWatch>();
        services.AddSingleton(provider => new StandbyKeeper(
            provider.GetRequiredService<DeploymentRegistry>(),
            provider.GetRequiredService<HealthRefresher>(),
            provider.GetRequiredService<StandbyShare>(),
            provider.GetRequiredService<StandbyStart>(),
            provider.GetRequiredService<StandbyStop>(),
            provider.GetRequiredService<StandbyWatch>(),
            provider.GetRequiredService<StandbyOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StandbyKeeper>>()));
        services.AddHostedService<StandbyLoop>();
    }

    /// <summary>Lets the prober tick in this process. On Functions a timer does that.</summary>
    public static IServiceCollection AddProberLoop(this IServiceCollection services) => services.AddHostedService<ProberLoop>();
}
