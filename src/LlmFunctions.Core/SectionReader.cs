using System.Reflection;
using LlmFunctions.Core.Catalog;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core;

/// <summary>Reads a section into the properties of an options object. Unlike the framework's binder it names every wrong key at once, says
/// what to write, and takes no bare number for a time: <c>5</c> would be five days.</summary>
internal static class SectionReader
{
    /// <exception cref="OptionsValidationException">A line for each wrong setting.</exception>
    public static void Read<T>(IConfigurationSection section, T options)
        where T : class
    {
        var properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true })
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        var errors = new List<string>();
        if (!string.IsNullOrEmpty(section.Value))
            errors.Add($"{section.Path} is a section, not a value: write {section.Path}:{properties.Keys.First()} and so on.");
        foreach (var child in section.GetChildren())
        {
            var error = properties.TryGetValue(child.Key, out var property)
                ? Read(child, property, options)
                : Unknown(section, child.Key, properties.Keys);
            if (error is not null)
                errors.Add(error);
        }

        if (errors.Count > 0)
            throw new OptionsValidationException(section.Path, typeof(T), errors);
    }

    private static string Unknown(IConfigurationSection section, string key, IReadOnlyCollection<string> known) =>
        NearestName.Find(key, known) is { } nearest
            ? $"{section.Path}:{key} is no known setting; did you mean {section.Path}:{nearest}?"
            : $"{section.Path}:{key} is no known setting; the section {section.Path} has {string.Join(", ", known)}.";

    private static string? Read(IConfigurationSection child, PropertyInfo property, object options)
    {
        if (property.GetValue(options) is IDictionary<string, string> names)
            return ReadNames(child, names);
        if (child.GetChildren().FirstOrDefault() is { } deeper)
            return $"{deeper.Path} is no known setting; {child.Path} takes one value.";
        // A key without a value, such as null in a JSON file, leaves the default.
        if (child.Value is not { } text)
            return null;
        var (value, form) = SettingText.Read(text, property.PropertyType, property.GetValue(options));
        if (form is not null)
            return $"{child.Path} must be {form}";
        property.SetValue(options, value);
        return null;
    }

    private static string? ReadNames(IConfigurationSection child, IDictionary<string, string> names)
    {
        if (!string.IsNullOrEmpty(child.Value))
            return $"{child.Path} holds names, not a value: write {child.Path}:{{name}}.";
        foreach (var entry in child.GetChildren())
        {
            if (entry.GetChildren().FirstOrDefault() is { } deeper)
                return $"{deeper.Path} is no known setting; a name such as {entry.Path} takes one value and holds no ':'.";
            names[entry.Key] = entry.Value ?? "";
        }

        return null;
    }
}
