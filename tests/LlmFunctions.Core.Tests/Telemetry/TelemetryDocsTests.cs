using System.Reflection;
using System.Text.RegularExpressions;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>What docs/operate.md says of spans and metrics is what the code has.</summary>
public sealed partial class TelemetryDocsTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Metrics_OfTheDocs_AreThoseOfTheCodeWithTheirUnits()
    {
        var code = Sources().SelectMany(file => Instrument().Matches(File.ReadAllText(file)))
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["unit"].Value, StringComparer.Ordinal);
        var docs = Rows("Metric").ToDictionary(row => Assert.Single(NamesIn(row[0])), row => Assert.Single(NamesIn(row[1])), StringComparer.Ordinal);
        Assert.True(code.Count >= 17, $"Only {code.Count} metrics were found.");
        Assert.Equal(code.OrderBy(one => one.Key, StringComparer.Ordinal), docs.OrderBy(one => one.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Attributes_OfTheDocs_AreThoseOfTheCode()
    {
        var code = new[] { typeof(GenAi), typeof(RouterLabels) }.SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(field => (string)field.GetRawConstantValue()!).Where(name => name != GenAi.Other);
        Assert.Equal(code.Order(StringComparer.Ordinal), Rows("Attribute").SelectMany(row => NamesIn(row[0])).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void LabelsOfMetrics_OfTheDocs_AreAttributesThatAreOnMetrics()
    {
        var labels = Rows("Metric").SelectMany(row => NamesIn(row[2])).ToHashSet(StringComparer.Ordinal);
        var onMetrics = Rows("Attribute").Where(row => row[1].Contains("metrics", StringComparison.Ordinal)).SelectMany(row => NamesIn(row[0]));
        string[] attempts = ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "server.address", "server.port", "llm_router.deployment"];
        Assert.Equal(onMetrics.Order(StringComparer.Ordinal), labels.Union(attempts).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Sources() => new[] { "Core", "AspNetCore" }
        .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Root, "src", $"LlmFunctions.{project}"), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    // The cells of the table whose first column has this heading.
    private static List<string[]> Rows(string heading) => [.. File.ReadAllText(Path.Combine(Root, "docs", "operate.md"))
        .Split($"\n| {heading} |")[1].Split("\n\n")[0].Split('\n').Skip(2).Select(row => row.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))];

    private static IEnumerable<string> NamesIn(string cell) => Quoted().Matches(cell).Select(match => match.Groups[1].Value);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LlmFunctions.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("LlmFunctions.sln is in no folder above the tests.");
        return folder.FullName;
    }

    // CreateHistogram("llm_router.failover.duration", "s", …); CreateObservableGauge("llm_router.…", Available, "{deployment}", …)
    [GeneratedRegex("""(?:Create\w+(?:<\w+>)?|New)\(\s*"(?<name>(?:gen_ai|llm_router)\.[a-z_.]+)",[^"]*"(?<unit>[^"]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
