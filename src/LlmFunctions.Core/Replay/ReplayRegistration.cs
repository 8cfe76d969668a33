using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Replay;

/// <summary>Registers what runs queued requests.</summary>
public static class ReplayRegistration
{
    /// <summary>Needs an <see cref="IRequestLedger"/>, an <see cref="IIdempotencyStore"/> and an <see cref="IFallbackQueue"/> beside it.</summary>
    public static IServiceCollection AddReplay(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<ReplayOptions>(configuration, "Replay");
        services.AddCallbacks(configuration);
        services.AddSingleton<DrainPacer>();
        services.AddSingleton<RequestTransitions>();
        services.AddSingleton<ReplayRun>();
        services.AddSingleton(provider => new QueuedRequests(
            provider.GetRequiredService<IRequestLedger>(), provider.GetRequiredService<RequestTransitions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new DeadLetters(
            provider.GetRequiredService<IRequestLedger>(), provider.GetRequiredService<RequestTransitions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IReplayTarget>(provider => new QueuedRequestReplayer(
            provider.GetRequiredService<IRequestLedger>(),
            provider.GetRequiredService<ReplayRun>(),
            provider.GetRequiredService<RequestTransitions>(),
            provider.GetRequiredService<DrainPacer>(),
            provider.GetRequiredService<ReplayOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<QueuedRequestReplayer>>()));
        return services.AddSweepers();
    }

    private static void AddCallbacks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<CallbackOptions>(configuration, "Callbacks");
        services.AddSingleton<CallbackSecret>();
        services.AddSingleton<IValidateOptions<CallbackOptions>>(provider => provider.GetRequiredService<CallbackSecret>());
        services.AddSingleton<CallbackHosts>();
        services.AddSingleton<CallbackConnections>();
        services.AddSingleton<CallbackSender>();
    }

    private static IServiceCollection AddSweepers(this IServiceCollection services)
    {
        services.AddSingleton<IdempotencySweeper>();
        services.AddSingleton(provider => new LedgerSweeper(
            provider.GetRequiredService<IRequestLedger>(),
            provider.GetRequiredService<RequestTransitions>(),
            provider.GetRequiredService<CallbackSender>(),
            provider.GetRequiredService<IdempotencySweeper>(),
            provider.GetRequiredService<ReplayOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Random>(),
            provider.GetRequiredService<ILogger<LedgerSweeper>>()));
        return services.AddSingleton(provider => new RouterSweeper(
            provider.GetRequiredService<LedgerSweeper>(),
            provider.GetRequiredService<AvailabilityTidier>(),
            provider.GetRequiredService<KeptDecisions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Random>(),
            provider.GetRequiredService<ILogger<RouterSweeper>>()));
    }

    /// <summary>Sweeps in this process. On Functions a timer does that.</summary>
    public static IServiceCollection AddSweeperLoop(this IServiceCollection services) => services.AddHostedService<SweeperLoop>();
}
