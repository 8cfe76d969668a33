using Azure.Core;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LlmFunctions.ServiceBus;

public static class ServiceBusRegistration
{
    /// <summary>Makes Service Bus the fallback queue when the setting <c>FallbackQueue</c> is <c>service-bus</c>, before or after other
    /// queues are registered. The namespace comes from the setting <c>ServiceBus</c>. An <see cref="IReplayTarget"/> must be
    /// registered too, and a <see cref="TokenCredential"/> unless the setting is a connection string.</summary>
    public static IServiceCollection AddServiceBusQueue(this IServiceCollection services, IConfiguration configuration)
    {
        var binding = new FallbackQueueOptionsBinding(configuration);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<FallbackQueueOptions>>(binding));
        services.AddSingleton(new KnownSetting("ServiceBus"));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ServiceBusReplayHandler>();
        var choice = new FallbackQueueOptions();
        binding.Configure(choice);
        return choice.IsServiceBus ? services.AddChosenQueue(configuration) : services;
    }

    private static IServiceCollection AddChosenQueue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ServiceBusOptions>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<ServiceBusOptions>>(new ServiceBusOptionsBinding(configuration));
        services.AddSingleton<IValidateOptions<ServiceBusOptions>, ServiceBusOptionsValidation>();
        services.TryAddSingleton(provider => ServiceBusClientFactory.Create(
            provider.GetRequiredService<IOptions<ServiceBusOptions>>().Value, provider.GetRequiredService<TokenCredential>));
        return services.Replace(ServiceDescriptor.Singleton<IFallbackQueue, ServiceBusFallbackQueue>());
    }
}
