using YamlDotNet.RepresentationModel;

namespace LlmFunctions.Manifests.Tests;

/// <summary>One document of one YAML file.</summary>
internal sealed record Manifest(string File, YamlNode Root)
{
    public string Kind => Root.Text("kind") ?? "";

    public string ApiVersion => Root.Text("apiVersion") ?? "";

    public string Name => Root.Text("metadata.name") ?? "";

    public YamlNode? Pod => Root.At("spec.template");

    public IEnumerable<YamlNode> Containers => Pod.Items("spec.containers").Concat(Pod.Items("spec.initContainers"));

    public override string ToString() => $"{File}: {Kind}/{Name}";

    /// <summary>Every document of a file. Keys that occur twice are an error of the parser.</summary>
    public static IReadOnlyList<Manifest> ReadAll(string path) => Parse(Repository.Relative(path), System.IO.File.ReadAllText(path));

    public static IReadOnlyList<Manifest> Parse(string file, string text)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(text);
        stream.Load(reader);
        return [.. stream.Documents.Select(document => new Manifest(file, document.RootNode))];
    }
}
