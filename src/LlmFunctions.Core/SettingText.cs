using System.Globalization;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core;

/// <summary>The text of one setting as a value of its type.</summary>
internal static class SettingText
{
    /// <summary>Either the value, or the form that the text should have: the end of a sentence.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="type">Text, time, number or flag; a nullable one is null when the text is empty.</param>
    /// <param name="usual">The default, which serves as the example.</param>
    /// <exception cref="NotSupportedException">An options type has a property of yet another type: a mistake of the program.</exception>
    public static (object? Value, string? Form) Read(string text, Type type, object? usual)
    {
        if (type == typeof(string))
            return (text, null);
        var plain = Nullable.GetUnderlyingType(type);
        if (plain is not null && text.Length == 0)
            return (null, null);
        return Read(text, plain ?? type) is { } value ? (value, null) : (null, $"{FormOf(plain ?? type, usual)}, not '{text}'.");
    }

    private static object? Read(string text, Type type)
    {
        if (type == typeof(TimeSpan))
            return DurationText.TryParse(text, out var time) ? time : null;
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : null;
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (type == typeof(long))
            return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var large) ? large : null;
        if (type == typeof(double))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && double.IsFinite(share) ? share : null;
        throw new NotSupportedException($"Settings of type {type} cannot be read.");
    }

    private static string FormOf(Type type, object? usual) => usual switch
    {
        _ when type == typeof(TimeSpan) => DurationText.Form,
        bool => "true or false",
        double => string.Create(CultureInfo.InvariantCulture, $"a number such as {usual}"),
        int => string.Create(CultureInfo.InvariantCulture, $"a whole number such as {usual}, at most {int.MaxValue}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"a whole number such as {usual}"),
    };
}
