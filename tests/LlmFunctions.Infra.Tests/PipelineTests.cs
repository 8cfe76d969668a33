using YamlDotNet.RepresentationModel;

namespace LlmFunctions.Infra.Tests;

public sealed class PipelineTests(InfraFixture infra)
{
    [Fact]
    public void AzureYaml_Service_IsTheFunctionAppThatTheTemplateTags()
    {
        var (name, service) = Assert.Single(((YamlMappingNode)Load("azure.yaml")["services"]).Children);
        var project = Path.GetFullPath(Path.Combine(Paths.Repository, Text(service["project"])));

        Assert.Equal("LlmFunctions.FunctionApp", Path.GetFileName(project));
        Assert.True(File.Exists(Path.Combine(project, "LlmFunctions.FunctionApp.csproj")));
        Assert.Equal(("dotnet", "function"), (Text(service["language"]), Text(service["host"])));
        var tagged = infra.Default.Resources.Where(resource => (string?)resource["tags"]?["azd-service-name"] == Text(name));
        Assert.Equal("Microsoft.Web/sites", (string?)Assert.Single(tagged)["type"]);
    }

    [Fact]
    public void AzureYaml_Infra_IsThisTemplate()
    {
        var path = Load("azure.yaml")["infra"];

        Assert.True(File.Exists(Path.Combine(Paths.Repository, Text(path["path"]), $"{Text(path["module"])}.bicep")));
    }

    [Fact]
    public void Workflow_FirstLine_SaysThatItWasNotRun() =>
        Assert.Contains("not run", File.ReadLines(Path.Combine(Paths.Repository, ".github/workflows/ci.yml")).First(), StringComparison.Ordinal);

    [Fact]
    public void Workflow_Whole_UsesNoSecret() =>
        Assert.DoesNotContain("secrets.", File.ReadAllText(Path.Combine(Paths.Repository, ".github/workflows/ci.yml")), StringComparison.Ordinal);

    [Fact]
    public void Workflow_OnlyTheDeployJob_MayAskForAToken()
    {
        var workflow = Load(".github/workflows/ci.yml");
        var jobs = (YamlMappingNode)workflow["jobs"];
        var withToken = jobs.Children.Where(job => ((YamlMappingNode)job.Value).Children.TryGetValue("permissions", out var permissions)
            && ((YamlMappingNode)permissions).Children.ContainsKey("id-token"));

        Assert.Equal(["contents"], ((YamlMappingNode)workflow["permissions"]).Children.Keys.Select(Text));
        Assert.Equal("deploy", Text(Assert.Single(withToken).Key));
    }

    [Fact]
    public void Workflow_BuildJob_BuildsAndTestsTheAzureConfiguration()
    {
        var steps = ((YamlSequenceNode)Load(".github/workflows/ci.yml")["jobs"]["build"]["steps"]).Children.Cast<YamlMappingNode>();
        var commands = steps.Where(step => step.Children.ContainsKey("run")).Select(step => Text(step["run"])).ToArray();

        Assert.Contains("dotnet build LlmFunctions.sln -c Azure", commands);
        Assert.Contains("dotnet test LlmFunctions.sln -c Azure --no-build", commands);
    }

    [Fact]
    public void Workflow_DeployJob_PutsKeysIntoTheVaultBeforeItPublishes()
    {
        var job = Load(".github/workflows/ci.yml")["jobs"]["deploy"];
        var steps = ((YamlSequenceNode)job["steps"]).Children.Cast<YamlMappingNode>().ToList();
        var keys = steps.FindIndex(step => step.Children.TryGetValue("run", out var run) && Text(run) == "infra/hooks/keys.sh");
        var publish = steps.FindIndex(step => step.Children.TryGetValue("uses", out var uses) && Text(uses).StartsWith("Azure/functions-action", StringComparison.Ordinal));

        Assert.InRange(keys, steps.FindIndex(step => step.Children.TryGetValue("id", out var id) && Text(id) == "provision") + 1, publish - 1);
        // By this variable of the parameters file the job's identity gets the right to write.
        Assert.Contains("AZURE_PRINCIPAL_ID", ((YamlMappingNode)job["env"]).Children.Keys.Select(Text));
        Assert.Contains("readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')", File.ReadAllText(Path.Combine(Paths.Infra, "main.bicepparam")), StringComparison.Ordinal);
    }

    internal static YamlMappingNode Load(string path)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(Path.Combine(Paths.Repository, path));
        yaml.Load(reader);
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }

    internal static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
