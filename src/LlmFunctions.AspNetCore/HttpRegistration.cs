using LlmFunctions.AspNetCore.Access;
using LlmFunctions.AspNetCore.Manage;
using LlmFunctions.AspNetCore.Queue;
using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.AspNetCore.Surfaces;
using LlmFunctions.Core;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmFunctions.AspNetCore;

/// <summary>Registers the HTTP side of the router.</summary>
public static class HttpRegistration
{
    /// <summary>From the sections <c>Http</c> and <c>Access</c>. The body limit is set on Kestrel, under both hosts.</summary>
    public static IServiceCollection AddRouterHttp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSection<RouterHttpOptions>(configuration, RouterHttpOptions.Section);
        services.AddSection<AccessOptions>(configuration, AccessOptions.Section);
        services.AddOptions<KestrelServerOptions>().Configure<RouterHttpOptions>((kestrel, http) =>
        {
            kestrel.Limits.MaxRequestBodySize = http.MaxRequestBody;
            kestrel.AddServerHeader = false;
        });
        services.AddOptions<HostOptions>().Configure<RouterHttpOptions>((host, http) => host.ShutdownTimeout = http.DrainLimit);
        services.AddAccess();

        services.AddSingleton<BodyBudget>();
        services.AddSingleton<IGaugeSource>(provider => provider.GetRequiredService<BodyBudget>());
        services.AddSingleton<BodyReader>();
        services.AddSingleton<RequestReader>();
        services.AddSingleton<MappedMethods>();
        services.AddSingleton<ModelCalls>();
        services.AddSingleton<ExplainCall>();
        services.AddSingleton<ModelList>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<RequestCalls>();
        services.AddSingleton<BackgroundResponses>();
        services.AddSingleton<PreviousResponses>();
        services.AddSingleton<CatalogCalls>();
        services.AddSingleton<DeadLetterCalls>();
        services.AddSingleton<AvailabilityCalls>();
        return services.AddSingleton<DeploymentCalls>();
    }

    private static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessValidation>();
        services.AddSingleton(provider => new KeyRings(provider.GetRequiredService<AccessOptions>(), provider.GetRequiredService<ISecretSource>(), []));
        services.AddSingleton<KnownIdentities>();
        services.AddRouting();
        services.AddAuthentication(KeyAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthenticationHandler>(KeyAuthenticationHandler.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(KeyAuthenticationHandler.CallerPolicy, policy => policy.RequireRole(KeyAuthenticationHandler.CallerRole))
            .AddPolicy(KeyAuthenticationHandler.OperatorPolicy, policy => policy.RequireRole(KeyAuthenticationHandler.OperatorRole))
            .AddPolicy(KeyAuthenticationHandler.AnyonePolicy, policy => policy.RequireRole(KeyAuthenticationHandler.CallerRole, KeyAuthenticationHandler.OperatorRole));
    }
}
