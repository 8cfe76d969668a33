using System.Text.RegularExpressions;

namespace LlmFunctions.Core.Tests;

/// <summary>Who may know whom: the arrows between the folders of Core and between the projects.</summary>
public sealed partial class FolderRulesTests
{
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Catalog"] = [],
        ["Health"] = ["Catalog"],
        ["Selection"] = ["Health", "Catalog"],
        ["Forwarding"] = ["Health", "Catalog"],
        ["Fallback"] = ["Health", "Catalog"],
        ["Routing"] = ["Selection", "Forwarding", "Fallback", "Health", "Catalog"],
        ["Replay"] = ["Routing", "Selection", "Forwarding", "Fallback", "Health", "Catalog"],
        ["Telemetry"] = [],
    };

    private static readonly Dictionary<string, string[]> Projects = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["AspNetCore"] = ["Core"],
        ["Azure"] = ["Core"],
        ["ServiceBus"] = ["Core"],
        ["FunctionApp"] = ["ServiceBus", "AspNetCore", "Azure", "Core"],
        ["SelfHost"] = ["AspNetCore", "Azure", "Core"],
        ["Simulator"] = [],
        ["Playground"] = ["SelfHost", "Simulator"],
    };

    [Fact]
    public void Core_EveryFile_UsesOnlyFoldersItsOwnMayKnow()
    {
        var core = Path.Combine(Root(), "src", "LlmFunctions.Core");
        var violations = new List<string>();
        var checkedFiles = 0;
        foreach (var file in Sources(core))
        {
            var folder = Path.GetRelativePath(core, file).Split(Path.DirectorySeparatorChar) is [var first, _, ..] ? first : null;
            if (folder is null)
                continue;
            Assert.True(MayUse.ContainsKey(folder), $"{folder} is a folder of Core that house.md does not know.");
            checkedFiles++;
            violations.AddRange(
                from used in UsedFolders(File.ReadAllText(file))
                where used != folder && used != "Telemetry" && !MayUse[folder].Contains(used)
                select $"{Path.GetRelativePath(core, file)} uses {used}");
        }

        Assert.Empty(violations);
        Assert.True(checkedFiles > 50, $"Only {checkedFiles} files were looked at.");
    }

    [Fact]
    public void Core_EveryFile_KnowsNeitherHttpContextNorAzure()
    {
        var core = Path.Combine(Root(), "src", "LlmFunctions.Core");
        var violations = Sources(core)
            .Where(file => ForeignNamespace().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(core, file));
        Assert.Empty(violations);
    }

    [Fact]
    public void Projects_References_AreTheArrowsOfTheHouse()
    {
        var src = Path.Combine(Root(), "src");
        foreach (var (project, allowed) in Projects)
        {
            var csproj = File.ReadAllText(Path.Combine(src, $"LlmFunctions.{project}", $"LlmFunctions.{project}.csproj"));
            var referenced = ProjectReference().Matches(csproj).Select(match => match.Groups[1].Value);
            Assert.Empty(referenced.Except(allowed));
        }
    }

    [Theory]
    [InlineData("using LlmFunctions.Core.Routing;", "Routing")]
    [InlineData("global::LlmFunctions.Core.Health.Throttle x;", "Health")]
    [InlineData("var x = new Health.Throttle();", "Health")]
    [InlineData("/// <see cref=\"Catalog.ModelConfig\"/>", null)]
    [InlineData("// Routing.Decision is elsewhere", null)]
    public void UsedFolders_OneLine_FindsUsingsAndQualifiedNames(string line, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], UsedFolders(line));

    private static IEnumerable<string> UsedFolders(string source) => source.Split('\n')
        .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.TrimStart().StartsWith("namespace ", StringComparison.Ordinal))
        .SelectMany(line => FolderName().Matches(line).Select(match => match.Groups[1].Value))
        .Where(MayUse.ContainsKey)
        .Distinct();

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LlmFunctions.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("LlmFunctions.sln is in no folder above the tests.");
        return folder.FullName;
    }

    // "LlmFunctions.Core.Health", or "Health.Throttle" where no other name stands before it.
    [GeneratedRegex(@"(?:LlmFunctions\.Core\.|(?<![\w.""])(?=[A-Z]\w+\.[A-Z]))([A-Z]\w+)")]
    private static partial Regex FolderName();

    [GeneratedRegex(@"HttpContext|Microsoft\.AspNetCore\.Http\b|using Azure\.|global::Azure\.")]
    private static partial Regex ForeignNamespace();

    [GeneratedRegex(@"ProjectReference Include=""\.\./LlmFunctions\.\w+/LlmFunctions\.(\w+)\.csproj""")]
    private static partial Regex ProjectReference();
}
