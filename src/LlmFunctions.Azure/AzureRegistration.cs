using LlmFunctions.Azure.Catalog;
using LlmFunctions.Azure.Fallback;
using LlmFunctions.Azure.Health;
using LlmFunctions.Azure.Routing;
using LlmFunctions.Azure.Telemetry;
using LlmFunctions.Core;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Azure;

public static class AzureRegistration
{
    /// <summary>Registers the adapters to Azure Storage and to Entra ID, from the section <c>Storage</c> and the setting
    /// <c>AzureWebJobsStorage</c>.</summary>
    public static IServiceCollection AddAzureStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().ValidateOnStart();
        foreach (var setting in (ReadOnlySpan<string>)["Storage", "AzureWebJobsStorage", "FallbackQueue", "FallbackQueueName"])
            services.AddSingleton(new KnownSetting(setting));
        services.AddSingleton<IConfigureOptions<StorageOptions>>(new StorageOptionsBinding(configuration));
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => RouterIdentity.Create(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.AddSingleton(provider => StorageClientsFactory.Create(
            provider.GetRequiredService<IOptions<StorageOptions>>().Value, provider.GetRequiredService<global::Azure.Core.TokenCredential>()));
        services.AddSingleton<IEntraTokens, EntraTokens>();
        services.AddSingleton<ICatalogStore, BlobCatalogStore>();
        services.AddSingleton<IHealthStore, TableHealthStore>();
        services.AddSingleton<IStandbyStore, TableStandbyStore>();
        services.AddSingleton<IProbeLedger, TableProbeLedger>();
        services.AddSingleton<IAvailabilityStore, TableAvailabilityStore>();
        services.AddSingleton<IRequestLedger, TableRequestLedger>();
        services.AddSingleton<IIdempotencyStore, TableIdempotencyStore>();
        services.AddSingleton<IDecisionStore, TableDecisionStore>();
        return services.AddStorageQueue(configuration);
    }

    /// <summary>Lets this process receive the messages of the storage queue. On Functions a trigger does that. An
    /// <see cref="IReplayTarget"/> must be registered too.</summary>
    public static IServiceCollection AddStorageQueueReceiver(this IServiceCollection services)
    {
        services.AddOptions<FallbackQueueOptions>().Validate(
            options => !options.IsServiceBus,
            "FallbackQueue is service-bus, which only the function app can use; leave the setting out for a storage queue.");
        return services.AddHostedService<StorageQueueReceiver>();
    }

    /// <summary>Sends spans and metrics to Application Insights, where <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> names one; nothing of it
    /// is loaded where it does not.</summary>
    public static IServiceCollection AddApplicationInsights(this IServiceCollection services, IConfiguration configuration) =>
        string.IsNullOrWhiteSpace(configuration[ApplicationInsightsExport.ConnectionSetting]) ? services : services.AddHostedService<ApplicationInsightsExport>();

    private static IServiceCollection AddStorageQueue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FallbackQueueOptions>().ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IConfigureOptions<FallbackQueueOptions>>(new FallbackQueueOptionsBinding(configuration)));
        services.AddSingleton(provider => ReplayMailboxFactory.Create(
            provider.GetRequiredService<IOptions<StorageOptions>>().Value,
            provider.GetRequiredService<StorageClients>(),
            provider.GetRequiredService<global::Azure.Core.TokenCredential>(),
            provider.GetRequiredService<IOptions<FallbackQueueOptions>>().Value.Name));
        // Another queue may have been registered first.
        services.TryAddSingleton<IFallbackQueue, StorageFallbackQueue>();
        return services;
    }
}
