using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace LlmFunctions.Manifests.Tests;

/// <summary>Walks YAML as far as it goes: what is not there is null, or nothing.</summary>
internal static class Yaml
{
    /// <summary>The node below, by a path such as <c>spec.template.metadata</c>.</summary>
    public static YamlNode? At(this YamlNode? node, string path)
    {
        foreach (var key in path.Split('.'))
            node = node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
        return node;
    }

    public static string? Text(this YamlNode? node, string path) => (node.At(path) as YamlScalarNode)?.Value;

    public static int? Number(this YamlNode? node, string path) =>
        node.Text(path) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    public static IEnumerable<YamlNode> Items(this YamlNode? node, string path) =>
        node.At(path) is YamlSequenceNode sequence ? sequence.Children : [];

    public static IEnumerable<string> Texts(this YamlNode? node, string path) =>
        node.Items(path).OfType<YamlScalarNode>().Select(item => item.Value!);

    public static Dictionary<string, string> Map(this YamlNode? node, string path) =>
        node.At(path) is YamlMappingNode map
            ? map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!, StringComparer.Ordinal)
            : [];
}
