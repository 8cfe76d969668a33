using Microsoft.Extensions.DependencyInjection;

namespace LlmFunctions.Core.Health.Availability;

internal static class AvailabilityRegistration
{
    /// <summary>Registers what writes availability down and tells it. An <see cref="IAvailabilityStore"/> and
    /// <see cref="AvailabilityOptions"/> must be registered too.</summary>
    public static IServiceCollection AddAvailability(this IServiceCollection services)
    {
        services.AddSingleton(provider => new AvailabilityTally(
            provider.GetRequiredService<DeploymentRegistry>(), provider.GetRequiredService<AvailabilityOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AvailabilityReporter(
            provider.GetRequiredService<AvailabilityTally>(),
            provider.GetRequiredService<IAvailabilityStore>(),
            provider.GetRequiredService<AvailabilityOptions>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AvailabilityTidier(
            provider.GetRequiredService<IAvailabilityStore>(),
            provider.GetRequiredService<DeploymentRegistry>(),
            provider.GetRequiredService<HealthRefresher>(),
            provider.GetRequiredService<AvailabilityOptions>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<IncidentRecorder>();
        return services.AddHostedService<SheetWriter>();
    }
}
