namespace LlmFunctions.Manifests.Tests;

/// <summary>What kustomize would refuse, and what it would silently leave out.</summary>
public sealed class KustomizationTests
{
    [Fact]
    public void Kustomizations_AllThatAreBuilt_AreThere() => Assert.Equal(
        ["base", "functions", "overlays/azure", "overlays/azurite", "vllm"],
        Kustomization.All.Select(one => one.Name["infra/kubernetes/".Length..]));

    [Fact]
    public void Files_ThatAreNamed_Exist() => Assert.All(Kustomization.All, one => Assert.Empty(one.Missing));

    [Fact]
    public void Files_OfTheFolder_AreNamed()
    {
        var named = Kustomization.All.SelectMany(one => one.Resources.Concat(one.Patches)).Select(manifest => manifest.File)
            .Concat(Kustomization.All.Select(one => one.File.File)).ToHashSet(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(Repository.Kubernetes, "*.yaml", SearchOption.AllDirectories).Select(Repository.Relative);

        Assert.DoesNotContain(files, file => !named.Contains(file));
    }

    [Fact]
    public void Patches_TheirTargets_AreThere() => Assert.All(Kustomization.All, one => Assert.All(
        one.Patches,
        patch => Assert.Contains(one.Resources, manifest => manifest.Kind == patch.Kind && manifest.Name == patch.Name)));

    [Fact]
    public void Patches_TheirContainers_AreThere() => Assert.All(Kustomization.All, one => Assert.All(
        one.Patches.Where(patch => patch.Kind == "Deployment"),
        patch => Assert.Subset(
            one.Resources.Single(manifest => manifest.Kind == patch.Kind && manifest.Name == patch.Name).Containers.Select(c => c.Text("name")).ToHashSet(),
            patch.Containers.Select(c => c.Text("name")).ToHashSet())));

    [Fact]
    public void Images_ThatAreReplaced_AreUsed() => Assert.All(Kustomization.All, one => Assert.All(
        one.File.Root.Items("images"),
        image => Assert.Contains(
            one.Resources.SelectMany(manifest => manifest.Containers),
            container => container.Text("image")!.Split(':')[0] == image.Text("name"))));

    [Fact]
    public void Replacements_OfConfigMaps_ReplaceOneOfABase() => Assert.All(
        Kustomization.All.Where(one => one.File.Root.Items("configMapGenerator").Any(entry => entry.Text("behavior") == "replace")),
        one => Assert.Contains(one.File.Root.Texts("resources"), resource => resource.Contains("..", StringComparison.Ordinal)));

    [Fact]
    public void Namespaces_OfEveryKustomization_AreMadeByIt() => Assert.All(Kustomization.All, one => Assert.Contains(
        one.Resources, manifest => manifest.Kind == "Namespace" && manifest.Name == one.File.Root.Text("namespace")));
}
