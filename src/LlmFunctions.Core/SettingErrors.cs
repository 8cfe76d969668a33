using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core;

/// <summary>Tells settings that are wrong from a program that is.</summary>
public static class SettingErrors
{
    /// <summary>Validates all settings before the host starts, which would log what is wrong with them under a stack trace.</summary>
    /// <exception cref="OptionsValidationException">One section is wrong.</exception>
    /// <exception cref="AggregateException">Several are.</exception>
    public static void Validate(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        // What is missing may only be misspelt.
        catch (Exception e) when (In(e).Count > 0 && services.GetService<SettingNameCheck>()?.Find() is { Count: > 0 } misspelt)
        {
            throw new AggregateException(e, new OptionsValidationException(
                Options.DefaultName, typeof(KnownSetting), misspelt.Select(one => $"The setting {one.Name} is read by nobody; did you mean {one.Nearest}?")));
        }
    }

    /// <summary>What is wrong with the settings, when that alone stopped the start; empty for any other exception.</summary>
    /// <param name="exception">One options type throws its own exception, several throw theirs as an aggregate.</param>
    public static IReadOnlyList<string> In(Exception exception) => exception switch
    {
        OptionsValidationException e => [.. e.Failures],
        AggregateException e when e.Flatten().InnerExceptions is var all && all.All(inner => inner is OptionsValidationException) => [.. all.SelectMany(In)],
        _ => [],
    };
}
