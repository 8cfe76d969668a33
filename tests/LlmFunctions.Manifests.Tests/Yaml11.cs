using System.Text.RegularExpressions;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The version of YAML that kubectl reads.</summary>
internal static partial class Yaml11
{
    /// <summary>Whether a value without quotes is taken for something else than a text: 12:30:00 is a number.</summary>
    public static bool IsNotAText(string value) => NotAText().IsMatch(value);

    // Numbers, those to the base of 60 among them, dates, booleans and nothing: https://yaml.org/type/
    [GeneratedRegex(@"\A([-+]?[0-9][0-9_]*|0[xo][0-9a-f_]+|[-+]?([0-9][0-9_]*)?\.[0-9_]*(e[-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|[-+]?\.(inf|nan)|\d{4}-\d\d?-\d\d?([Tt\s].*)?|y|n|true|false|yes|no|on|off|null|~|)\z", RegexOptions.IgnoreCase)]
    private static partial Regex NotAText();
}
