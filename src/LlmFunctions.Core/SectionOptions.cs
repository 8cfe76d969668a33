using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core;

/// <summary>Binds one section of the configuration to one options type: unknown keys are errors, and so are values of another type, and
/// times and numbers that are not positive.</summary>
public static class SectionOptions
{
    /// <exception cref="OptionsValidationException">When the options are asked for; it holds a line for each wrong setting.</exception>
    public static OptionsBuilder<T> AddSection<T>(this IServiceCollection services, IConfiguration configuration, string section)
        where T : class
    {
        var builder = services.AddOptions<T>()
            .Configure(options => SectionReader.Read(configuration.GetSection(section), options))
            .ValidateOnStart();
        services.AddSingleton(new KnownSetting(section));
        services.AddSingleton<IValidateOptions<T>>(new PositiveNumbers<T>(section));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
        return builder;
    }
}
