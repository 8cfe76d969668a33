using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using k8s.Models;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmFunctions.Manifests.Tests;

/// <summary>The schema of each kind, as the models of the client library of Kubernetes have it: which fields there are, and of which type.</summary>
internal static partial class ManifestSchema
{
    private static readonly Dictionary<(string, string), Type> Kinds = typeof(V1Deployment).Assembly.GetTypes()
        .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>()))
        .Where(one => one.Entity is not null)
        .ToDictionary(one => (one.Entity!.Group.Length == 0 ? one.Entity.ApiVersion : $"{one.Entity.Group}/{one.Entity.ApiVersion}", one.Entity.Kind), one => one.Type);

    // Texts of which the API server takes some only.
    private static readonly Dictionary<(Type, string), string[]> Values = new()
    {
        [(typeof(V1TopologySpreadConstraint), "whenUnsatisfiable")] = ["DoNotSchedule", "ScheduleAnyway"],
        [(typeof(V1PodDisruptionBudgetSpec), "unhealthyPodEvictionPolicy")] = ["IfHealthyBudget", "AlwaysAllow"],
        [(typeof(V1DeploymentStrategy), "type")] = ["Recreate", "RollingUpdate"],
        [(typeof(V1Container), "imagePullPolicy")] = ["Always", "IfNotPresent", "Never"],
        [(typeof(V1ContainerPort), "protocol")] = ["TCP", "UDP", "SCTP"],
        [(typeof(V1ServicePort), "protocol")] = ["TCP", "UDP", "SCTP"],
        [(typeof(V1NetworkPolicyPort), "protocol")] = ["TCP", "UDP", "SCTP"],
        [(typeof(V1NetworkPolicySpec), "policyTypes")] = ["Ingress", "Egress"],
        [(typeof(V1ServiceSpec), "type")] = ["ClusterIP", "NodePort", "LoadBalancer"],
        [(typeof(V1SeccompProfile), "type")] = ["RuntimeDefault", "Localhost", "Unconfined"],
        [(typeof(V1Toleration), "operator")] = ["Exists", "Equal"],
        [(typeof(V1Toleration), "effect")] = ["NoSchedule", "PreferNoSchedule", "NoExecute"],
        [(typeof(V2MetricSpec), "type")] = ["Resource", "Pods", "Object", "External", "ContainerResource"],
        [(typeof(V2MetricTarget), "type")] = ["Utilization", "Value", "AverageValue"],
        [(typeof(V2HPAScalingPolicy), "type")] = ["Pods", "Percent"],
        [(typeof(CustomKinds.Trigger), "metricType")] = ["AverageValue", "Value", "Utilization"],
        [(typeof(CustomKinds.PodIdentity), "provider")] = ["azure-workload", "gcp", "aws", "none"],
    };

    /// <summary>What the API server would refuse of one document, each with its path.</summary>
    public static IReadOnlyList<string> Check(Manifest manifest)
    {
        var kind = (manifest.ApiVersion, manifest.Kind);
        if (!Kinds.TryGetValue(kind, out var type) && !CustomKinds.All.TryGetValue(kind, out type))
            return [$"There is no {manifest.ApiVersion} {manifest.Kind}."];
        var errors = new List<string>();
        Check(manifest.Root, type, "", errors);
        return errors;
    }

    private static void Check(YamlNode node, Type type, string path, List<string> errors)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            Each<YamlMappingNode>(node, path, errors, map => map.Children.Select(pair => ($"{path}.{pair.Key}", pair.Value)), type.GetGenericArguments()[1]);
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))
            Each<YamlSequenceNode>(node, path, errors, list => list.Children.Select((item, i) => ($"{path}[{i}]", item)), type.GetGenericArguments()[0]);
        else if (IsOne(type))
            CheckOne(node, type, path, errors);
        else if (node is YamlMappingNode map)
            CheckFields(map, type, path, errors);
        else
            errors.Add($"{path}: fields are wanted.");
    }

    private static void Each<T>(YamlNode node, string path, List<string> errors, Func<T, IEnumerable<(string Path, YamlNode Node)>> children, Type type)
        where T : YamlNode
    {
        if (node is not T several)
        {
            errors.Add($"{path}: {(typeof(T) == typeof(YamlSequenceNode) ? "a list" : "a map")} is wanted.");
            return;
        }

        foreach (var child in children(several))
            Check(child.Node, type, child.Path, errors);
    }

    private static void CheckFields(YamlMappingNode map, Type type, string path, List<string> errors)
    {
        var fields = type.GetProperties().ToDictionary(NameOf, property => property.PropertyType, StringComparer.Ordinal);
        foreach (var (key, value) in map.Children)
        {
            var name = ((YamlScalarNode)key).Value!;
            var here = path.Length == 0 ? name : $"{path}.{name}";
            if (!fields.TryGetValue(name, out var field))
            {
                errors.Add($"{here}: there is no such field.");
                continue;
            }

            Check(value, field, here, errors);
            var texts = value is YamlSequenceNode list ? list.Children.OfType<YamlScalarNode>() : [.. new[] { value as YamlScalarNode }.OfType<YamlScalarNode>()];
            if (Values.TryGetValue((type, name), out var allowed))
                errors.AddRange(texts.Where(text => !allowed.Contains(text.Value)).Select(text => $"{here}: {text.Value} is none of {string.Join(", ", allowed)}."));
        }
    }

    private static void CheckOne(YamlNode node, Type type, string path, List<string> errors)
    {
        if (node is not YamlScalarNode { Value: { } text } scalar)
        {
            errors.Add($"{path}: one value is wanted.");
            return;
        }

        var isPlain = scalar.Style == ScalarStyle.Plain;
        var isRight = type == typeof(string) ? !isPlain || !Yaml11.IsNotAText(text)
            : type == typeof(bool) ? isPlain && text is "true" or "false"
            : type == typeof(ResourceQuantity) ? Quantity().IsMatch(text)
            : type == typeof(IntOrString) || (isPlain && Number().IsMatch(text));
        if (!isRight)
            errors.Add($"{path}: {text} is no {type.Name}.");
    }

    private static bool IsOne(Type type) =>
        type.IsPrimitive || type == typeof(string) || type == typeof(ResourceQuantity) || type == typeof(IntOrString) || type == typeof(DateTime);

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? $"{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}";

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)?(m|Ki|Mi|Gi|Ti)?\z")]
    private static partial Regex Quantity();
}
