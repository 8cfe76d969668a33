using YamlDotNet.RepresentationModel;

namespace LlmFunctions.Manifests.Tests;

/// <summary>What one resource says of another: labels, ports, names.</summary>
public sealed class WiringTests
{
    [Fact]
    public void Selectors_OfDeployments_MatchTheirPods() => Assert.All(Deployments(), found => Assert.Subset(
        Labels(found.Manifest), found.Manifest.Root.Map("spec.selector.matchLabels").ToHashSet()));

    [Fact]
    public void Selectors_OfServices_MatchOneDeployment() => Assert.All(Of("Service"), found => Assert.Single(
        DeploymentsOf(found.In), deployment => Matches(deployment, found.Manifest.Root.Map("spec.selector"))));

    [Fact]
    public void Selectors_OfBudgetsAndPolicies_MatchADeployment() => Assert.All(
        Of("PodDisruptionBudget").Select(found => (found.In, found.Manifest, Selector: found.Manifest.Root.Map("spec.selector.matchLabels")))
            .Concat(Of("NetworkPolicy").Select(found => (found.In, found.Manifest, Selector: found.Manifest.Root.Map("spec.podSelector.matchLabels")))),
        found => Assert.Contains(DeploymentsOf(found.In), deployment => Matches(deployment, found.Selector)));

    [Fact]
    public void Peers_OfPolicies_AreThere() => Assert.All(Of("NetworkPolicy"), found => Assert.All(
        Rules(found.Manifest).SelectMany(rule => rule.Items("from").Concat(rule.Items("to")))
            .Where(peer => peer.At("namespaceSelector") is null && peer.At("podSelector.matchLabels") is not null),
        peer => Assert.Contains(DeploymentsOf(found.In), deployment => Matches(deployment, peer.Map("podSelector.matchLabels")))));

    [Fact]
    public void Ports_OfServices_AreNamedPortsOfTheirContainers() => Assert.All(Of("Service"), found =>
    {
        var pods = DeploymentsOf(found.In).Single(deployment => Matches(deployment, found.Manifest.Root.Map("spec.selector")));
        var wanted = found.Manifest.Root.Items("spec.ports").Select(port => port.Text("targetPort")).ToHashSet();
        Assert.Subset(PortsOf(pods).Keys.ToHashSet(), wanted!);
    });

    [Fact]
    public void Ports_OfProbes_AreNamedPortsOfTheContainer() => Assert.All(Deployments().SelectMany(found => found.Manifest.Containers), container =>
    {
        var names = container.Items("ports").Select(port => port.Text("name")).ToHashSet();
        foreach (var probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"])
        {
            if (container.At(probe) is { } found)
                Assert.Contains(found.Text("httpGet.port") ?? found.Text("tcpSocket.port"), names);
        }
    });

    [Fact]
    public void Ports_OfPolicies_AreThoseOfThePodsTheyLeadTo() => Assert.All(Of("NetworkPolicy"), found =>
    {
        var pods = DeploymentsOf(found.In).Where(deployment => Matches(deployment, found.Manifest.Root.Map("spec.podSelector.matchLabels"))).ToList();
        foreach (var port in found.Manifest.Root.Items("spec.ingress").SelectMany(rule => rule.Items("ports")))
            Assert.All(pods, pod => Assert.Contains(port.Text("port"), PortsOf(pod).Keys));
        foreach (var rule in found.Manifest.Root.Items("spec.egress"))
        {
            foreach (var peer in rule.Items("to").Where(to => to.At("namespaceSelector") is null && to.At("podSelector.matchLabels") is not null))
            {
                var there = DeploymentsOf(found.In).Where(deployment => Matches(deployment, peer.Map("podSelector.matchLabels"))).SelectMany(pod => PortsOf(pod).Values);
                Assert.Subset(there.ToHashSet(), rule.Items("ports").Select(port => port.Text("port")).ToHashSet()!);
            }
        }
    });

    [Fact]
    public void ScaleTargets_AreDeployments() => Assert.All(
        Of("HorizontalPodAutoscaler").Concat(Of("ScaledObject")),
        found => Assert.Contains(DeploymentsOf(found.In), deployment => deployment.Name == found.Manifest.Root.Text("spec.scaleTargetRef.name")));

    [Fact]
    public void ServiceAccountsAndAuthentications_ThatAreNamed_AreThere()
    {
        Assert.All(Deployments().Where(found => found.Manifest.Pod.Text("spec.serviceAccountName") is not null), found => Assert.Contains(
            found.In.Resources, one => one.Kind == "ServiceAccount" && one.Name == found.Manifest.Pod.Text("spec.serviceAccountName")));
        Assert.All(
            Of("ScaledObject").SelectMany(found => found.Manifest.Root.Items("spec.triggers").Select(trigger => (found.In, Name: trigger.Text("authenticationRef.name")))).Where(found => found.Name is not null),
            found => Assert.Contains(found.In.Resources, one => one.Kind == "TriggerAuthentication" && one.Name == found.Name));
    }

    [Fact]
    public void Volumes_ThatAreMounted_AreThere() => Assert.All(Deployments(), found =>
    {
        var volumes = found.Manifest.Pod.Items("spec.volumes").Select(volume => volume.Text("name")).ToHashSet();
        Assert.All(found.Manifest.Containers.SelectMany(container => container.Items("volumeMounts")), mount => Assert.Contains(mount.Text("name"), volumes));
        Assert.All(
            found.Manifest.Pod.Items("spec.volumes").Select(volume => volume.Text("configMap.name")).OfType<string>(),
            name => Assert.Contains(name, found.In.GeneratedNames("configMapGenerator")));
    });

    [Fact]
    public void Scaling_BudgetAndReplicas_LeaveAPodRunning()
    {
        Assert.All(Of("PodDisruptionBudget"), found =>
        {
            var pods = DeploymentsOf(found.In).Single(deployment => Matches(deployment, found.Manifest.Root.Map("spec.selector.matchLabels")));
            Assert.True(LeastOf(found.In, pods) > found.Manifest.Root.Number("spec.maxUnavailable"), $"{found.Manifest}");
        });
        Assert.All(Of("HorizontalPodAutoscaler"), found => Assert.InRange(found.Manifest.Root.Number("spec.minReplicas")!.Value, 2, found.Manifest.Root.Number("spec.maxReplicas")!.Value));
    }

    /// <summary>A number beside an autoscaler would be set again at each apply; without an autoscaler there must be one.</summary>
    [Fact]
    public void Replicas_OfDeployments_AreSetByOneOnly() => Assert.All(Deployments(), found =>
        Assert.True(Scaler(found.In, found.Manifest) is null == found.Manifest.Root.Number("spec.replicas").HasValue, $"{found.Manifest}"));

    [Fact]
    public void Spread_OfRouters_IsOverZonesAndNodes() => Assert.All(
        Deployments().Where(found => found.Manifest.Name.StartsWith("router", StringComparison.Ordinal)),
        found => Assert.Equal(
            ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
            found.Manifest.Pod.Items("spec.topologySpreadConstraints").Select(constraint => constraint.Text("topologyKey"))));

    [Fact]
    public void Routers_AllHaveAPolicyForBothDirections() => Assert.All(
        Deployments().Where(found => found.Manifest.Name.StartsWith("router", StringComparison.Ordinal)),
        found => Assert.Contains(found.In.Resources, manifest => manifest.Kind == "NetworkPolicy"
            && Matches(found.Manifest, manifest.Root.Map("spec.podSelector.matchLabels"))
            && manifest.Root.Texts("spec.policyTypes").SequenceEqual(["Ingress", "Egress"])));

    [Fact]
    public void Spread_OfPods_SelectsThePodsThemselves() => Assert.All(Deployments(), found => Assert.All(
        found.Manifest.Pod.Items("spec.topologySpreadConstraints"),
        constraint => Assert.Subset(Labels(found.Manifest), constraint.Map("labelSelector.matchLabels").ToHashSet())));

    private static IEnumerable<(Kustomization In, Manifest Manifest)> Of(string kind) =>
        Kustomization.All.SelectMany(one => one.Resources.Where(manifest => manifest.Kind == kind).Select(manifest => (one, manifest)));

    private static IEnumerable<(Kustomization In, Manifest Manifest)> Deployments() => Of("Deployment");

    private static IEnumerable<Manifest> DeploymentsOf(Kustomization one) => one.Resources.Where(manifest => manifest.Kind == "Deployment");

    private static Manifest? Scaler(Kustomization one, Manifest deployment) => one.Resources.SingleOrDefault(manifest =>
        manifest.Kind is "HorizontalPodAutoscaler" or "ScaledObject" && manifest.Root.Text("spec.scaleTargetRef.name") == deployment.Name);

    private static int? LeastOf(Kustomization one, Manifest deployment) =>
        Scaler(one, deployment)?.Root is { } scaler ? scaler.Number("spec.minReplicas") ?? scaler.Number("spec.minReplicaCount") : deployment.Root.Number("spec.replicas");

    private static IEnumerable<YamlNode> Rules(Manifest policy) => policy.Root.Items("spec.ingress").Concat(policy.Root.Items("spec.egress"));

    private static HashSet<KeyValuePair<string, string>> Labels(Manifest deployment) => [.. deployment.Pod.Map("metadata.labels")];

    private static bool Matches(Manifest deployment, Dictionary<string, string> selector) => selector.Count > 0 && selector.All(Labels(deployment).Contains);

    private static Dictionary<string, string> PortsOf(Manifest deployment) =>
        deployment.Containers.SelectMany(container => container.Items("ports")).ToDictionary(port => port.Text("name")!, port => port.Text("containerPort")!, StringComparer.Ordinal);
}
