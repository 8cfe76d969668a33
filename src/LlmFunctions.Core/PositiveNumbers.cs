using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core;

/// <summary>Every time and number of an options type must be above zero, or within its <see cref="RangeAttribute"/> if it has one; and every
/// time must be one that a timer takes, but for those with <see cref="StoredTimeAttribute"/>.</summary>
internal sealed class PositiveNumbers<T>(string section) : IValidateOptions<T>
    where T : class
{
    // The shortest that does not round to none, and a little less than the 24.8 days of the framework's timers: some have a grace added.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    public ValidateOptionsResult Validate(string? name, T options)
    {
        var errors = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => FindError(property, property.GetValue(options)))
            .OfType<string>()
            .ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private string? FindError(PropertyInfo property, object? value)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            return range.IsValid(value) ? null : string.Create(CultureInfo.InvariantCulture, $"{section}:{property.Name} must be from {range.Minimum} to {range.Maximum}.");
        if (!IsPositive(value))
            return $"{section}:{property.Name} must be above zero.";
        return value is not TimeSpan time || property.IsDefined(typeof(StoredTimeAttribute)) || (time >= Shortest && time <= Longest)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{section}:{property.Name} must be from {Shortest:hh\\:mm\\:ss\\.fff} to {Longest:c}.");
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
