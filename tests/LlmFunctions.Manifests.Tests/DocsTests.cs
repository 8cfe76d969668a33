using System.Text.RegularExpressions;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Manifests.Tests;

/// <summary>What the docs name must be there: settings, paths, parameters, files.</summary>
public sealed partial class DocsTests
{
    private static readonly string[] Pages = ["availability", "benchmarks", "deploy", "kubernetes", "operate", "scale", "security", "standby", "streams", "throttling"];

    [Fact]
    public void Pages_All_AreThereAndChecked() =>
        Assert.Equal(Pages.Order(StringComparer.Ordinal), Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void Settings_ThatAreNamed_AreReadByTheCode()
    {
        var found = Matches(Setting()).ToList();

        Assert.True(found.Count >= 25, $"Only {found.Count} settings were found.");
        Assert.All(found, one => Assert.True(RouterSettings.IsKnown(Filled(one.Text)), $"{one.Page}.md: nothing reads {one.Text}."));
    }

    [Fact]
    public void Paths_ThatAreCalled_AreMapped()
    {
        using var app = RouterRoutes.Build([new("AzureWebJobsStorage", "UseDevelopmentStorage=true"), new("Access__AllowAnonymous", "true")]);
        var found = Matches(Called()).ToList();

        Assert.True(found.Count >= 20, $"Only {found.Count} paths were found.");
        Assert.All(found, one =>
        {
            var path = Variable().Replace(one.Text, "x");
            var isMapped = path == "/v1/chat/completions" || path.StartsWith("/_simulator/", StringComparison.Ordinal)
                || new[] { "GET", "POST", "PUT", "DELETE" }.Any(method => RouterRoutes.Maps(app, method, path));
            Assert.True(isMapped, $"{one.Page}.md: {one.Text} is not mapped.");
        });
    }

    [Fact]
    public void Parameters_OfTheTemplate_AreThere()
    {
        var template = Repository.Read("infra/main.bicep");

        Assert.All(
            ParameterRow().Matches(Read("deploy")).SelectMany(row => Word().Matches(row.Groups[1].Value)).Select(match => match.Groups[1].Value),
            name => Assert.Contains($"\nparam {name} ", template, StringComparison.Ordinal));
    }

    [Fact]
    public void Files_ThatAreNamed_AreThere() => Assert.All(
        Matches(RepositoryPath()),
        found => Assert.True(Path.Exists(Path.Combine(Repository.Root, found.Text)), $"{found.Page}.md: {found.Text} is not there."));

    [Fact]
    public void Links_BetweenPages_LeadSomewhere() => Assert.All(
        Matches(Link()),
        found => Assert.True(File.Exists(PathOf(found.Text)), $"{found.Page}.md: {found.Text}.md"));

    [Fact]
    public void Readme_Links_LeadToEveryPage() => Assert.Equal(
        Pages.Order(StringComparer.Ordinal),
        LinkToPage().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Catalogs_OfTheStandbyPage_AreSound()
    {
        var blocks = JsonBlock().Matches(Read("standby")).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(3, blocks.Count);
        Assert.All(blocks, block => Assert.Empty(CatalogParser.Parse(block.StartsWith('{') ? block : InCatalog(block)).Errors));
        Assert.Single(blocks, block => block.Contains(Kubernetes.Address.AbsoluteUri, StringComparison.Ordinal) && block.Contains(Kubernetes.CaFile!, StringComparison.Ordinal));
    }

    [Fact]
    public void GracePeriod_OfTheText_IsThatOfTheManifest()
    {
        var pods = Kustomization.All.Single(one => one.Name.EndsWith("/base", StringComparison.Ordinal)).Resources.Single(manifest => manifest.Kind == "Deployment");

        Assert.Contains($"`terminationGracePeriodSeconds` is {pods.Pod.Text("spec.terminationGracePeriodSeconds")}", Read("kubernetes"), StringComparison.Ordinal);
    }

    private static HookConfig Kubernetes =>
        CatalogParser.Parse(Repository.Read("infra/kubernetes/vllm/catalog.json")).Config!.Endpoints["standby"].Standby!.Start;

    private static string InCatalog(string standby) => $$"""
        {
          "endpoints": {
            "a": { "kind": "openai", "address": "https://a.example", "credential": "none" },
            "b": { "kind": "openai", "address": "https://b.example", "credential": "none", {{standby}} }
          },
          "models": { "m": { "deployments": { "a": {}, "b": { "tier": 1 } } } }
        }
        """;

    /// <summary>What is federated is the service account of a manifest, and the Secret that is made is the one the pods read, with every key they name.</summary>
    [Fact]
    public void Kubernetes_IdentitiesAndSecretsOfTheCommands_AreThoseOfTheManifests()
    {
        var page = Read("kubernetes");
        var onAzure = Kustomization.All.Where(one => one.Name.EndsWith("/azure", StringComparison.Ordinal) || one.Name.EndsWith("/functions", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, onAzure.Count);
        Assert.All(onAzure, one =>
        {
            var space = one.File.Root.Text("namespace");
            var pods = one.Resources.Single(manifest => manifest.Kind == "Deployment");
            Assert.Contains($"--subject system:serviceaccount:{space}:{pods.Pod.Text("spec.serviceAccountName")} ", page, StringComparison.Ordinal);
            var secret = Assert.Single(pods.Containers.SelectMany(container => container.Items("envFrom"))).Text("secretRef.name");
            var command = page[page.IndexOf($"kubectl -n {space} create secret generic {secret} ", StringComparison.Ordinal)..].Split("\nkubectl", 2)[0];
            var named = pods.Containers.SelectMany(container => container.Items("env")).Select(variable => variable.Text("value") ?? "")
                .Concat([File.ReadAllText(one.Catalog!)]).SelectMany(text => KeyReference().Matches(text)).Select(match => match.Groups[1].Value).Distinct();
            Assert.All(named, name => Assert.Contains($"--from-literal={name}=", command, StringComparison.Ordinal));
        });
    }

    private static IEnumerable<(string Page, string Text)> Matches(Regex pattern) =>
        Pages.SelectMany(page => pattern.Matches(Read(page)).Select(match => (page, match.Groups[1].Value))).Distinct();

    private static string Filled(string setting) => setting.Replace("{name}", "name", StringComparison.Ordinal);

    private static string PathOf(string page) => Path.Combine(Repository.Root, "docs", page + ".md");

    private static string Read(string page) => File.ReadAllText(PathOf(page));

    [GeneratedRegex(@"((?<![A-Za-z])(?:(?:[A-Z][A-Za-z]+__[A-Za-z]+(?:__(?:\{name\}|[a-z_]+))?)|CatalogFile|CatalogPollInterval|FallbackQueueName|FallbackQueue))(?![A-Za-z_])")]
    private static partial Regex Setting();

    [GeneratedRegex(@"(?<=localhost:(?:7071|5002)|\$ROUTER|%/v1\}|`(?:GET |POST |PUT |DELETE )?)(/(?:v1|manage|health|_simulator)/[^\s""'`;,)*?]+)")]
    private static partial Regex Called();

    [GeneratedRegex(@"^```json\n(.+?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex("env:([A-Z_]+)")]
    private static partial Regex KeyReference();

    [GeneratedRegex(@"\$[A-Z_]+|\{[a-z]+\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\| ((?:`[a-zA-Z]+`(?:, )?)+) \| [^|]* \| [^|]* \|$", RegexOptions.Multiline)]
    private static partial Regex ParameterRow();

    [GeneratedRegex(@"`([a-zA-Z]+)`")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<![A-Za-z./])((?:infra|src|docs|tests)/[A-Za-z0-9_./-]*[A-Za-z0-9_])")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"\]\(([a-z]+?)(?:\.md)(?:#[a-z0-9-]+)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\]\(docs/([a-z]+)\.md(?:#[a-z0-9-]+)?\)")]
    private static partial Regex LinkToPage();
}
