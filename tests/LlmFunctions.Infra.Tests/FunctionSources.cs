using System.Text.RegularExpressions;

namespace LlmFunctions.Infra.Tests;

/// <summary>What the sources of the function app say of its triggers; the app itself is not built in every configuration.</summary>
internal static partial class FunctionSources
{
    private static readonly string[] Files =
    [
        .. Directory.EnumerateFiles(Path.Combine(Paths.Repository, "src/LlmFunctions.FunctionApp"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Select(File.ReadAllText),
    ];

    /// <summary>The names of all functions.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Files.SelectMany(NamesIn).Order(StringComparer.Ordinal)];

    /// <summary>Those that run queued requests, one per fallback queue.</summary>
    public static IReadOnlyList<string> Replays { get; } = [.. Names.Where(name => name.StartsWith("ReplayFrom", StringComparison.Ordinal))];

    /// <summary>The settings that triggers read as <c>%Name%</c>.</summary>
    public static IReadOnlyList<string> Settings { get; } =
        [.. Files.SelectMany(source => TriggerSetting().Matches(source)).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> NamesIn(string source) => Function().Matches(source).Select(function =>
        function.Groups["literal"] is { Success: true, Value: var literal }
            ? literal
            : Regex.Match(source, $"const string {function.Groups["constant"].Value} = \"(?<value>\\w+)\";").Groups["value"].Value);

    // [Function("Probe")] or [Function(Name)]
    [GeneratedRegex("""\[Function\((?:"(?<literal>\w+)"|(?<constant>\w+))\)\]""")]
    private static partial Regex Function();

    // [TimerTrigger("%ProbeSchedule%")]
    [GeneratedRegex("\"%(?<name>[A-Za-z_]+)%\"")]
    private static partial Regex TriggerSetting();
}
