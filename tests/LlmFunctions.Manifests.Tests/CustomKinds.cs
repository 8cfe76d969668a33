using k8s.Models;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The kinds that the client library of Kubernetes does not know, with the fields that their API reference lists:
/// https://keda.sh/docs/latest/reference/scaledobject-spec/, https://keda.sh/docs/latest/concepts/authentication/ and
/// https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/. What is out of date there is left out here.</summary>
internal static class CustomKinds
{
    public static IReadOnlyDictionary<(string ApiVersion, string Kind), Type> All { get; } = new Dictionary<(string, string), Type>
    {
        [("keda.sh/v1alpha1", "ScaledObject")] = typeof(ScaledObject),
        [("keda.sh/v1alpha1", "TriggerAuthentication")] = typeof(TriggerAuthentication),
        [("kustomize.config.k8s.io/v1beta1", "Kustomization")] = typeof(KustomizationFile),
    };

    internal sealed record ScaledObject(string ApiVersion, string Kind, V1ObjectMeta Metadata, ScaledObjectSpec Spec);

    internal sealed record ScaledObjectSpec(
        ScaleTarget ScaleTargetRef, int PollingInterval, int InitialCooldownPeriod, int CooldownPeriod, int IdleReplicaCount, int MinReplicaCount, int MaxReplicaCount,
        Advanced Advanced, IList<Trigger> Triggers, Fallback Fallback);

    internal sealed record ScaleTarget(string ApiVersion, string Kind, string Name, string EnvSourceContainerName);

    internal sealed record Advanced(HpaConfig HorizontalPodAutoscalerConfig, bool RestoreToOriginalReplicaCount, Modifiers ScalingModifiers);

    internal sealed record HpaConfig(V2HorizontalPodAutoscalerBehavior Behavior, string Name);

    internal sealed record Modifiers(string Formula, string Target, string ActivationTarget, string MetricType);

    internal sealed record Trigger(string Type, string Name, bool UseCachedMetrics, string MetricType, IDictionary<string, string> Metadata, Reference AuthenticationRef);

    internal sealed record Reference(string Name, string Kind);

    internal sealed record Fallback(int FailureThreshold, int Replicas, string Behavior);

    internal sealed record TriggerAuthentication(string ApiVersion, string Kind, V1ObjectMeta Metadata, TriggerAuthenticationSpec Spec);

    internal sealed record TriggerAuthenticationSpec(PodIdentity PodIdentity, IList<SecretTarget> SecretTargetRef);

    internal sealed record PodIdentity(string Provider, string IdentityId, string IdentityTenantId, string IdentityAuthorityHost);

    internal sealed record SecretTarget(string Parameter, string Name, string Key);

    internal sealed record KustomizationFile(
        string ApiVersion, string Kind, string Namespace, string NamePrefix, string NameSuffix, IList<string> Resources, IList<string> Components, IList<Labels> Labels,
        IDictionary<string, string> CommonAnnotations, IList<Patch> Patches, IList<Image> Images, IList<Replicas> Replicas, IList<Generator> ConfigMapGenerator,
        IList<Generator> SecretGenerator, GeneratorOptions GeneratorOptions);

    internal sealed record Labels(IDictionary<string, string> Pairs, bool IncludeSelectors, bool IncludeTemplates);

    internal sealed record Patch(string Path, PatchTarget Target);

    internal sealed record PatchTarget(string Group, string Version, string Kind, string Name, string Namespace, string LabelSelector, string AnnotationSelector);

    internal sealed record Image(string Name, string NewName, string NewTag, string Digest);

    internal sealed record Replicas(string Name, int Count);

    internal sealed record Generator(string Name, string Namespace, string Behavior, string Type, IList<string> Files, IList<string> Literals, IList<string> Envs, GeneratorOptions Options);

    internal sealed record GeneratorOptions(IDictionary<string, string> Labels, IDictionary<string, string> Annotations, bool DisableNameSuffixHash, bool Immutable);
}
