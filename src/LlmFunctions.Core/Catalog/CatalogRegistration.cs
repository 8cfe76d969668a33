using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Catalog;

public static class CatalogRegistration
{
    /// <summary>Registers the catalog and what keeps it up to date, from the flat settings <c>Catalog</c>, <c>CatalogFile</c> and
    /// <c>CatalogPollInterval</c>. An <see cref="ICatalogStore"/> must be registered too.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CatalogOptions>().ValidateOnStart();
        foreach (var setting in (ReadOnlySpan<string>)["Catalog", "CatalogFile", "CatalogPollInterval"])
            services.AddSingleton(new KnownSetting(setting));
        services.AddSingleton<IConfigureOptions<CatalogOptions>>(new CatalogOptionsBinding(configuration));
        services.AddSingleton<IValidateOptions<CatalogOptions>, CatalogOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CatalogHolder>();
        services.AddSingleton<CatalogSwitch>();
        // Where the operator stands comes first; the content root may be another folder.
        services.AddSingleton(provider => new CatalogSeed(
            provider.GetRequiredService<IOptions<CatalogOptions>>(),
            Environment.CurrentDirectory,
            provider.GetRequiredService<IHostEnvironment>().ContentRootPath));
        services.AddSingleton<CatalogLoader>();
        services.AddSingleton<CatalogPublisher>();
        services.AddSingleton<CatalogReloader>();
        return services.AddHostedService(provider => provider.GetRequiredService<CatalogReloader>());
    }
}
