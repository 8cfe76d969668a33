using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core;

/// <summary>Tells settings that are wrong from a program that is.</summary>
public static class SettingErrors
{
    /// <summary>Validates all settings before the host starts, which would log what is wrong with them under a stack trace.</summary>
    /// <exception cref="OptionsValidationException">One section is wrong.</exception>
    /// <exception cref="AggregateException">Several are.</exception>
    public static void Validate(IServiceProvider services) => services.GetService<IStartupValidator>()?.Validate();

    /// <summary>What is wrong with the settings, when that alone stopped the start; empty for any other exception.</summary>
    /// <param name="exception">One options type throws its own exception, several throw theirs as an aggregate.</param>
    public static IReadOnlyList<string> In(Exception exception) => exception switch
    {
        OptionsValidationException e => [.. e.Failures],
        AggregateException e when e.InnerExceptions.All(inner => inner is OptionsValidationException) => [.. e.InnerExceptions.SelectMany(In)],
        _ => [],
    };
}
