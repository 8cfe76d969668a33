using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Selection;
using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core;

/// <summary>Registers all that decides.</summary>
public static class RouterRegistration
{
    /// <summary>Needs an <see cref="ICatalogStore"/>, an <see cref="IHealthStore"/>, an <see cref="IStandbyStore"/>, an <see cref="IProbeLedger"/>,
    /// an <see cref="IAvailabilityStore"/>, an <see cref="IRequestLedger"/>, an <see cref="IIdempotencyStore"/>, an <see cref="IDecisionStore"/>,
    /// an <see cref="IFallbackQueue"/> and <see cref="IEntraTokens"/> beside it.</summary>
    public static IServiceCollection AddRouterCore(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton(provider => new SettingNameCheck(
            configuration, provider.GetServices<KnownSetting>(), provider.GetRequiredService<ILogger<SettingNameCheck>>()));
        services.AddHostedService(provider => provider.GetRequiredService<SettingNameCheck>());
        services.AddCatalog(configuration);
        services.AddSection<HealthOptions>(configuration, "Health");
        services.AddSection<ProbingOptions>(configuration, "Probing");
        services.AddSection<StandbyOptions>(configuration, "Standby");
        services.AddSection<AvailabilityOptions>(configuration, "Availability");
        services.AddHealth();
        services.AddHostedService<RouterGauges>();
        return services.AddSelection().AddForwarding(configuration).AddRouting(configuration).AddReplay(configuration);
    }

    private static IServiceCollection AddSelection(this IServiceCollection services)
    {
        services.AddSingleton<ISelectionPolicy, WeightedPolicy>();
        services.AddSingleton<ISelectionPolicy, RoundRobinPolicy>();
        services.AddSingleton<ISelectionPolicy, LeastBusyPolicy>();
        services.AddSingleton<ISelectionPolicy, FastestPolicy>();
        services.AddSingleton<ISelectionPolicy, StickyPolicy>();
        return services.AddSingleton<DeploymentRanker>();
    }

    private static IServiceCollection AddForwarding(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<ForwardingOptions>(configuration, "Forwarding");
        services.TryAddSingleton<ISecretSource>(new ConfigurationSecrets(configuration));
        services.AddSingleton<EndpointConnections>();
        services.AddSingleton<EndpointCredentials>();
        services.AddSingleton<EndpointRequestFactory>();
        services.AddSingleton<StoredAnswers>();
        services.AddSingleton<StreamOpener>();
        services.AddSingleton<RemainderReader>();
        services.AddSingleton<AnswerReader>();
        services.AddSingleton<EndpointClient>();
        services.AddSingleton<SecondAttempts>();
        services.AddSingleton<RetryBudget>();
        services.AddSingleton<CountedPrompts>();
        services.AddSingleton<IEndpointProbe, EndpointProbeClient>();
        services.AddSingleton<IStandbyHooks, StandbyHookClient>();
        return services.AddSingleton(provider => new FailoverForwarder(
            provider.GetRequiredService<EndpointClient>(),
            provider.GetRequiredService<SecondAttempts>(),
            provider.GetRequiredService<RetryBudget>(),
            provider.GetRequiredService<CountedPrompts>(),
            provider.GetRequiredService<SharedTrials>(),
            provider.GetRequiredService<ForwardingOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FailoverForwarder>>()));
    }

    private static IServiceCollection AddRouting(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<RoutingOptions>(configuration, "Routing");
        services.AddDecisions(configuration);
        services.AddSingleton<AvailabilityWaiter>();
        services.AddSingleton<RequestQueuer>();
        services.AddSingleton<StoredAnswerFinder>();
        services.AddSingleton<RoutePlanner>();
        services.AddSingleton(provider => new IdempotencyGate(
            provider.GetRequiredService<RequestRouter>().RouteAsync,
            provider.GetRequiredService<IIdempotencyStore>(),
            provider.GetRequiredService<IRequestLedger>(),
            provider.GetRequiredService<ForwardingOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<IdempotencyGate>>()));
        return services.AddSingleton(provider => new RequestRouter(
            provider.GetRequiredService<RoutePlanner>(),
            provider.GetRequiredService<FailoverForwarder>(),
            provider.GetRequiredService<AvailabilityWaiter>(),
            provider.GetRequiredService<RequestQueuer>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddDecisions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<DecisionOptions>(configuration, "Decisions");
        services.AddSingleton<DecisionLog>();
        services.AddSingleton<KeptDecisions>();
        services.AddHostedService<DecisionWriter>();
        services.AddSingleton(provider => new RequestJournal(
            provider.GetRequiredService<DecisionLog>(), provider.GetRequiredService<AvailabilityTally>(), provider.GetRequiredService<CatalogHolder>()));
    }
}
