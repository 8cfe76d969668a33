using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Catalog;

public static class CatalogRegistration
{
    private const string DocumentKey = "Catalog";
    private const string FileKey = "CatalogFile";
    private const string PollIntervalKey = "CatalogPollInterval";

    /// <summary>Registers the catalog and what keeps it up to date, from the flat settings <c>Catalog</c>, <c>CatalogFile</c> and
    /// <c>CatalogPollInterval</c>. An <see cref="ICatalogStore"/> must be registered too.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CatalogOptions>().Configure(options => Bind(configuration, options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CatalogOptions>, CatalogOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CatalogHolder>();
        services.AddSingleton<CatalogSwitch>();
        services.AddSingleton(provider => new CatalogSeed(
            provider.GetRequiredService<IOptions<CatalogOptions>>(), provider.GetRequiredService<IHostEnvironment>().ContentRootPath));
        services.AddSingleton<CatalogLoader>();
        services.AddSingleton<CatalogPublisher>();
        services.AddSingleton<CatalogReloader>();
        return services.AddHostedService(provider => provider.GetRequiredService<CatalogReloader>());
    }

    private static void Bind(IConfiguration configuration, CatalogOptions options)
    {
        if (configuration.GetSection(DocumentKey).GetChildren().Any())
            throw new OptionsValidationException(nameof(CatalogOptions), typeof(CatalogOptions),
                [$"{DocumentKey} must be one text that holds the whole JSON document, not a section; put the document into a file and name it in {FileKey}."]);
        options.Document = configuration[DocumentKey];
        options.File = configuration[FileKey] ?? options.File;
        options.PollInterval = configuration.GetValue(PollIntervalKey, options.PollInterval);
    }
}
