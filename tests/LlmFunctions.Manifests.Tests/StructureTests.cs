using System.Text.RegularExpressions;

namespace LlmFunctions.Manifests.Tests;

/// <summary>What the API server would refuse: kinds, versions, fields and names.</summary>
public sealed partial class StructureTests
{
    private static readonly Dictionary<string, (string ApiVersion, string[] Required)> Kinds = new(StringComparer.Ordinal)
    {
        ["Namespace"] = ("v1", []),
        ["ServiceAccount"] = ("v1", []),
        ["Service"] = ("v1", ["spec.selector", "spec.ports"]),
        ["Deployment"] = ("apps/v1", ["spec.selector.matchLabels", "spec.template.metadata.labels", "spec.template.spec.containers"]),
        ["PodDisruptionBudget"] = ("policy/v1", ["spec.selector.matchLabels", "spec.maxUnavailable"]),
        ["HorizontalPodAutoscaler"] = ("autoscaling/v2", ["spec.scaleTargetRef.name", "spec.minReplicas", "spec.maxReplicas", "spec.metrics"]),
        ["NetworkPolicy"] = ("networking.k8s.io/v1", ["spec.podSelector", "spec.policyTypes"]),
        ["Role"] = ("rbac.authorization.k8s.io/v1", ["rules"]),
        ["RoleBinding"] = ("rbac.authorization.k8s.io/v1", ["roleRef.apiGroup", "roleRef.kind", "roleRef.name", "subjects"]),
        ["ScaledObject"] = ("keda.sh/v1alpha1", ["spec.scaleTargetRef.name", "spec.minReplicaCount", "spec.maxReplicaCount", "spec.triggers"]),
        ["TriggerAuthentication"] = ("keda.sh/v1alpha1", ["spec.podIdentity.provider"]),
        ["Kustomization"] = ("kustomize.config.k8s.io/v1beta1", ["resources"]),
    };

    [Fact]
    public void Files_AllYaml_Parse()
    {
        var manifests = Everything();

        Assert.True(manifests.Count >= 30, $"Only {manifests.Count} documents were found.");
        Assert.All(manifests, manifest => Assert.True(Kinds.ContainsKey(manifest.Kind), $"{manifest}: the kind is not known to this test."));
    }

    [Fact]
    public void Kinds_ApiVersions_AreTheCurrentOnes() =>
        Assert.All(Everything(), manifest => Assert.True(manifest.ApiVersion == Kinds[manifest.Kind].ApiVersion, $"{manifest}: {manifest.ApiVersion}"));

    [Fact]
    public void Fields_ThatAKindRequires_AreThere() => Assert.All(Resources(), manifest => Assert.All(
        Kinds[manifest.Kind].Required,
        path => Assert.True(manifest.Root.At(path) is not null, $"{manifest}: {path} is missing.")));

    [Fact]
    public void Names_OfResources_AreDnsLabels()
    {
        Assert.All(Resources(), manifest => Assert.True(DnsLabel().IsMatch(manifest.Name), $"{manifest} is no DNS label."));
        Assert.All(
            Resources().SelectMany(manifest => manifest.Containers).SelectMany(one => one.Items("ports")),
            port => Assert.Matches(PortName(), port.Text("name") ?? ""));
    }

    [Fact]
    public void Names_WithinAKustomization_AreUnique() => Assert.All(Kustomization.All, one =>
        Assert.Empty(one.Resources.GroupBy(manifest => (manifest.Kind, manifest.Name)).Where(group => group.Count() > 1).Select(group => group.Key)));

    [Fact]
    public void EnvironmentValues_AreTexts_NotNumbersOrBooleans() => Assert.All(
        Everything().SelectMany(manifest => manifest.Containers).SelectMany(container => container.Items("env")),
        variable =>
        {
            var value = (YamlDotNet.RepresentationModel.YamlScalarNode?)variable.At("value");
            var isQuoted = value is { Style: YamlDotNet.Core.ScalarStyle.DoubleQuoted or YamlDotNet.Core.ScalarStyle.SingleQuoted };
            Assert.True(value is null || isQuoted || !Yaml11.IsNotAText(value.Value!), $"{variable.Text("name")}: {value} needs quotes.");
        });

    private static List<Manifest> Everything() =>
        [.. Directory.EnumerateFiles(Repository.Kubernetes, "*.yaml", SearchOption.AllDirectories).SelectMany(Manifest.ReadAll)];

    // Patches are fragments; kustomizations have no name.
    private static IEnumerable<Manifest> Resources()
    {
        var patches = Kustomization.All.SelectMany(one => one.Patches).Select(patch => patch.File).ToHashSet(StringComparer.Ordinal);
        return Everything().Where(manifest => manifest.Kind != "Kustomization" && !patches.Contains(manifest.File));
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?\z")]
    private static partial Regex PortName();
}
