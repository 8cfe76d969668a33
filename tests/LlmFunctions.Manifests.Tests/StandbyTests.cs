using System.Globalization;
using System.Text.Json.Nodes;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The example whose standby the router scales itself: its hooks, the right they need, and nothing beyond it.</summary>
public sealed class StandbyTests
{
    private static readonly Kustomization Vllm = Kustomization.All.Single(one => one.Name.EndsWith("/vllm", StringComparison.Ordinal));
    private static readonly EndpointConfig Endpoint = CatalogParser.Parse(File.ReadAllText(Vllm.Catalog!)).Config!.Endpoints["standby"];
    private static readonly Manifest Router = Vllm.Resources.Single(manifest => manifest is { Kind: "Deployment", Name: "router" });
    private static readonly Manifest Role = Assert.Single(Kustomization.All.SelectMany(one => one.Resources), manifest => manifest.Kind == "Role");

    [Fact]
    public void Hooks_OfTheStandby_ScaleItsDeploymentFrom0To1AndBack()
    {
        var service = Vllm.Resources.Single(manifest => manifest.Kind == "Service" && manifest.Name == Endpoint.Address.Host.Split('.')[0]);
        var deployment = Vllm.Resources.Single(manifest => manifest.Kind == "Deployment" && Labels(manifest).IsSupersetOf(service.Root.Map("spec.selector")));
        Assert.Equal(0, deployment.Root.Number("spec.replicas"));

        Assert.All(Hooks, hook =>
        {
            Assert.Equal($"https://kubernetes.default.svc/apis/apps/v1/namespaces/{Vllm.File.Root.Text("namespace")}/deployments/{deployment.Name}/scale", hook.Address.AbsoluteUri);
            Assert.Equal((HookMethod.Patch, "application/merge-patch+json"), (hook.Method, hook.ContentType));
        });
        Assert.Equal([1, 0], Hooks.Select(hook => JsonNode.Parse(hook.Body!)!["spec"]!["replicas"]!.GetValue<int>()));
        Assert.All(Hooks, hook => Assert.Single(JsonNode.Parse(hook.Body!)!.AsObject()));
    }

    [Fact]
    public void Role_OfTheRouter_AllowsToScaleThatDeploymentAndNothingElse()
    {
        var rule = Assert.Single(Role.Root.Items("rules"));
        var name = Endpoint.Standby!.Start.Address.Segments[^2].TrimEnd('/');

        Assert.Equal(["apps"], rule.Texts("apiGroups"));
        Assert.Equal(["deployments/scale"], rule.Texts("resources"));
        Assert.Equal([name], rule.Texts("resourceNames"));
        Assert.Equal(["patch"], rule.Texts("verbs"));
    }

    [Fact]
    public void RoleBinding_OfTheRole_IsToTheAccountOfTheRouter()
    {
        var binding = Assert.Single(Kustomization.All.SelectMany(one => one.Resources), manifest => manifest.Kind == "RoleBinding");
        var subject = Assert.Single(binding.Root.Items("subjects"));

        Assert.Equal(("Role", Role.Name), (binding.Root.Text("roleRef.kind"), binding.Root.Text("roleRef.name")));
        Assert.Equal("rbac.authorization.k8s.io", binding.Root.Text("roleRef.apiGroup"));
        Assert.Equal(("ServiceAccount", Router.Pod.Text("spec.serviceAccountName")), (subject.Text("kind"), subject.Text("name")));
        Assert.Equal(Vllm.File.Root.Text("namespace"), subject.Text("namespace"));
    }

    [Fact]
    public void TokenAndCertificate_OfTheHooks_AreMountedWhereTheyAreRead()
    {
        var patch = Assert.Single(Vllm.Patches, manifest => manifest is { Kind: "Deployment", Name: "router" });
        var mount = Assert.Single(Assert.Single(patch.Containers).Items("volumeMounts"));
        var volume = Assert.Single(patch.Pod.Items("spec.volumes"), one => one.Text("name") == mount.Text("name"));
        var sources = volume.Items("projected.sources").ToList();
        var token = Assert.Single(sources, source => source.At("serviceAccountToken") is not null);
        var certificate = Assert.Single(sources, source => source.At("configMap") is not null);

        Assert.Equal("true", mount.Text("readOnly"));
        Assert.Equal("kube-root-ca.crt", certificate.Text("configMap.name"));
        Assert.InRange(token.Number("serviceAccountToken.expirationSeconds")!.Value, 600, 3600);
        Assert.Null(token.At("serviceAccountToken.audience"));
        Assert.All(Hooks, hook =>
        {
            Assert.Equal(new CredentialReference(CredentialKind.File, $"{mount.Text("mountPath")}/{token.Text("serviceAccountToken.path")}"), hook.Credential);
            Assert.Equal($"{mount.Text("mountPath")}/{Assert.Single(certificate.Items("configMap.items")).Text("path")}", hook.CaFile);
        });
    }

    [Fact]
    public void Tokens_OfTheCluster_AreGivenToThatRouterAlone() => Assert.Equal(
        ["infra/kubernetes/vllm/router.yaml"],
        Directory.EnumerateFiles(Repository.Kubernetes, "*.yaml", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("serviceAccountToken:", StringComparison.Ordinal)).Select(Repository.Relative));

    [Fact]
    public void ReadyWithin_OfTheStandby_CoversTheTimeThatItsPodMayTakeToLoad()
    {
        var container = Assert.Single(Vllm.Resources.Single(manifest => manifest is { Kind: "Deployment", Name: "vllm-standby" }).Containers);
        var loads = TimeSpan.FromSeconds(container.Number("startupProbe.periodSeconds")!.Value * container.Number("startupProbe.failureThreshold")!.Value);

        Assert.True(Endpoint.Standby!.ReadyWithin >= loads, Endpoint.Standby.ReadyWithin.ToString("c", CultureInfo.InvariantCulture));
    }

    private static HookConfig[] Hooks => [Endpoint.Standby!.Start, Endpoint.Standby.Stop!];

    private static HashSet<KeyValuePair<string, string>> Labels(Manifest deployment) => [.. deployment.Pod.Map("metadata.labels")];
}
