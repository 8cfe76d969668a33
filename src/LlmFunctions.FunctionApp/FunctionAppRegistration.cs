using LlmFunctions.AspNetCore;
using LlmFunctions.Azure;
using LlmFunctions.Core;
using LlmFunctions.ServiceBus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmFunctions.FunctionApp;

/// <summary>Registers the router as the triggers need it.</summary>
internal static class FunctionAppRegistration
{
    public static IServiceCollection AddRouter(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRouterCore(configuration);
        services.AddRouterHttp(configuration);
        services.AddAzureStorage(configuration);
        services.AddServiceBusQueue(configuration);
        services.AddApplicationInsights(configuration);
        services.AddSingleton<RouterPipeline>();
        services.AddHostedService<TriggerCheck>();
        return services.AddHostedService<WarmUp>();
    }
}
