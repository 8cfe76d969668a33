namespace LlmFunctions.Manifests.Tests;

/// <summary>What a pod may do: the "restricted" standard of Kubernetes, and a root file system that nobody writes to.</summary>
public sealed class SecurityTests
{
    // The Functions host writes into folders of its own image.
    private static readonly string[] WritesToItsImage = ["functions"];

    [Fact]
    public void Pods_RunAsAUserWithoutRights() => Assert.All(Deployments(), deployment =>
    {
        Assert.Equal("true", deployment.Pod.Text("spec.securityContext.runAsNonRoot"));
        Assert.True(deployment.Pod.Number("spec.securityContext.runAsUser") > 0, $"{deployment}");
        Assert.Equal("RuntimeDefault", deployment.Pod.Text("spec.securityContext.seccompProfile.type"));
        Assert.Equal("false", deployment.Pod.Text("spec.automountServiceAccountToken"));
        foreach (var shared in (string[])["hostNetwork", "hostPID", "hostIPC"])
            Assert.Null(deployment.Pod.At($"spec.{shared}"));
    });

    [Fact]
    public void Containers_HoldNoRights() => Assert.All(Containers(), container =>
    {
        Assert.Equal("true", container.Text("securityContext.runAsNonRoot"));
        Assert.Equal("false", container.Text("securityContext.allowPrivilegeEscalation"));
        Assert.Equal("false", container.Text("securityContext.privileged"));
        Assert.Equal(["ALL"], container.Texts("securityContext.capabilities.drop"));
        Assert.Null(container.At("securityContext.capabilities.add"));
    });

    [Fact]
    public void Containers_RootFileSystem_IsReadOnlyAndTmpIsNot() => Assert.All(Containers(), container =>
    {
        var isExempt = WritesToItsImage.Contains(container.Text("name"));
        Assert.Equal(isExempt ? "false" : "true", container.Text("securityContext.readOnlyRootFilesystem"));
        Assert.Contains("/tmp", container.Items("volumeMounts").Select(mount => mount.Text("mountPath")));
    });

    [Fact]
    public void Containers_HaveRequestsAMemoryLimitAndProbes() => Assert.All(Containers(), container =>
    {
        foreach (var path in (string[])["resources.requests.cpu", "resources.requests.memory", "resources.limits.memory", "livenessProbe", "readinessProbe"])
            Assert.True(container.At(path) is not null, $"{container.Text("name")}: {path} is missing.");
    });

    [Fact]
    public void Volumes_AreOfThePodItself() => Assert.All(
        Deployments().SelectMany(deployment => deployment.Pod.Items("spec.volumes")),
        volume => Assert.True(volume.At("configMap") is not null || volume.At("emptyDir.sizeLimit") is not null, $"{volume.Text("name")} is neither a config map nor a bounded emptyDir."));

    [Fact]
    public void Environment_HoldsNoKey_ButTheOneThatEveryAzuriteHas() => Assert.All(
        Kustomization.All.SelectMany(one => one.Resources.Concat(one.Patches)).SelectMany(manifest => manifest.Containers.Select(container => (manifest, container))),
        found => Assert.All(
            found.container.Items("env").Select(variable => variable.Text("value") ?? ""),
            value => Assert.True(
                !value.Contains("Key=", StringComparison.OrdinalIgnoreCase) || value.Contains("AccountName=devstoreaccount1;", StringComparison.Ordinal),
                $"{found.manifest} holds a key.")));

    [Theory]
    [InlineData("overlays/azure", "router")]
    [InlineData("vllm", "router")]
    [InlineData("functions", "router-functions")]
    public void OnAzure_Storage_IsReachedWithWorkloadIdentityOnly(string folder, string name)
    {
        var one = Kustomization.All.Single(k => k.Name == $"infra/kubernetes/{folder}");
        var deployment = one.Resources.Single(manifest => manifest.Kind == "Deployment" && manifest.Name == name);
        var all = one.AllPatches.Prepend(deployment).Where(manifest => manifest.Kind == "Deployment" && manifest.Name == name).ToList();
        var environment = one.Environment(deployment, Assert.Single(deployment.Containers).Text("name")!);

        Assert.Contains("AzureWebJobsStorage__accountName", environment.Keys);
        Assert.DoesNotContain("AzureWebJobsStorage", environment.Keys);
        Assert.DoesNotContain("ServiceBus", environment.Keys);
        Assert.Contains(all, manifest => manifest.Pod.Map("metadata.labels").GetValueOrDefault("azure.workload.identity/use") == "true");
        Assert.Contains(
            one.AllPatches.Concat(one.Resources).Where(manifest => manifest.Kind == "ServiceAccount"),
            account => account.Root.Map("metadata.annotations").ContainsKey("azure.workload.identity/client-id"));
        Assert.DoesNotContain(one.GeneratedNames("secretGenerator"), _ => true);
    }

    private static IEnumerable<Manifest> Deployments() =>
        Kustomization.All.SelectMany(one => one.Resources).Where(manifest => manifest.Kind == "Deployment");

    private static IEnumerable<YamlDotNet.RepresentationModel.YamlNode> Containers() => Deployments().SelectMany(deployment => deployment.Containers);
}
