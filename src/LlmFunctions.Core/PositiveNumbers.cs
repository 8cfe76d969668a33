using System.Reflection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core;

/// <summary>Every time and number of an options type must be above zero.</summary>
internal sealed class PositiveNumbers<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var errors = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && !IsPositive(property.GetValue(options)))
            .Select(property => $"{section}:{property.Name} must be above zero.")
            .ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsPositive(object? value) => value switch
    {
        TimeSpan time => time > TimeSpan.Zero,
        int number => number > 0,
        long number => number > 0,
        double number => number > 0,
        _ => true,
    };
}
