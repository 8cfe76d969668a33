using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The image that the Dockerfile and <c>dotnet publish -t:PublishContainer</c> make, and the pods that run it.</summary>
public sealed partial class ImageTests
{
    private const string Project = "src/LlmFunctions.SelfHost/LlmFunctions.SelfHost.csproj";
    private const string ChiseledUser = "1654";
    private static readonly string Dockerfile = Repository.Read("src/LlmFunctions.SelfHost/Dockerfile");

    [Fact]
    public void Dockerfile_Stages_AreTheSdkAndTheChiseledRuntimeOfOurFramework()
    {
        var framework = XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("TargetFramework").Single().Value["net".Length..];

        Assert.Equal(
            [$"mcr.microsoft.com/dotnet/sdk:{framework}", $"mcr.microsoft.com/dotnet/aspnet:{framework}-noble-chiseled"],
            From().Matches(Dockerfile).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Dockerfile_EverythingItCopies_IsThere() => Assert.All(
        Copy().Matches(Dockerfile).SelectMany(match => match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1]),
        path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), $"{path} is not there."));

    [Fact]
    public void Dockerfile_CopiesEveryProjectThatTheSelfHostNeeds() => Assert.All(Closure(Project), project =>
    {
        Assert.Contains($"COPY {project} ", Dockerfile, StringComparison.Ordinal);
        Assert.Contains($"COPY {Path.GetDirectoryName(project)}/ ", Dockerfile, StringComparison.Ordinal);
    });

    [Fact]
    public void Image_UserPortAndName_AreThoseOfThePods()
    {
        var project = XDocument.Parse(Repository.Read(Project));
        var port = project.Descendants("ContainerPort").Single().Attribute("Include")!.Value;
        var pods = Kustomization.All.Single(one => one.Name.EndsWith("/base", StringComparison.Ordinal)).Resources.Single(manifest => manifest.Kind == "Deployment");
        var container = Assert.Single(pods.Containers);

        Assert.Equal(port, Assert.Single(container.Items("ports")).Text("containerPort"));
        Assert.Equal(port, container.Items("env").Single(variable => variable.Text("name") == "ASPNETCORE_HTTP_PORTS").Text("value"));
        Assert.Contains($"ASPNETCORE_HTTP_PORTS={port}", Dockerfile, StringComparison.Ordinal);
        Assert.Contains($"EXPOSE {port}", Dockerfile, StringComparison.Ordinal);
        Assert.Contains("USER $APP_UID", Dockerfile, StringComparison.Ordinal);
        Assert.Equal(ChiseledUser, pods.Pod.Text("spec.securityContext.runAsUser"));
        Assert.Equal("noble-chiseled", project.Descendants("ContainerFamily").Single().Value);
        Assert.Equal(container.Text("image")!.Split(':')[0], project.Descendants("ContainerRepository").Single().Value);
        Assert.Contains("ENTRYPOINT [\"dotnet\", \"LlmFunctions.SelfHost.dll\"]", Dockerfile, StringComparison.Ordinal);
    }

    /// <summary>Process 1 gets the signal: a shell in its place would keep it to itself.</summary>
    [Fact]
    public void FunctionsImage_ItsFirstProcess_IsTheHost()
    {
        var lines = Repository.Read("infra/kubernetes/functions/Dockerfile").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("CMD [\"/azure-functions-host/Microsoft.Azure.WebJobs.Script.WebHost\"]", lines[^1]);
        Assert.DoesNotContain(lines, line => line.StartsWith("ENTRYPOINT", StringComparison.Ordinal));
        Assert.Contains($"USER {ChiseledUser}:{ChiseledUser}", lines);
    }

    private static HashSet<string> Closure(string project)
    {
        var all = new HashSet<string>(StringComparer.Ordinal) { project };
        foreach (var reference in XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference"))
            all.UnionWith(Closure(Repository.Relative(Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, reference.Attribute("Include")!.Value)))));
        return all;
    }

    [GeneratedRegex(@"^FROM (\S+)", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex(@"^COPY ((?!--from).+)$", RegexOptions.Multiline)]
    private static partial Regex Copy();
}
