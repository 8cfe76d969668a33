namespace LlmFunctions.Manifests.Tests;

/// <summary>A folder with a kustomization.yaml, and what it takes from the folders below it.</summary>
internal sealed class Kustomization
{
    private readonly List<Manifest> _resources = [];
    private readonly List<Kustomization> _bases = [];

    private Kustomization(string folder)
    {
        Folder = folder;
        File = Assert.Single(Manifest.ReadAll(Path.Combine(folder, "kustomization.yaml")));
        foreach (var resource in File.Root.Texts("resources").Select(InFolder))
        {
            if (Directory.Exists(resource))
                _bases.Add(new(resource));
            else if (System.IO.File.Exists(resource))
                _resources.AddRange(Manifest.ReadAll(resource));
            else
                Missing.Add(resource);
        }

        Patches = [.. File.Root.Items("patches").Select(patch => patch.Text("path")!).Select(InFolder).Where(IsThere).SelectMany(Manifest.ReadAll)];
        _ = Generated.SelectMany(entry => entry.Root.Texts("files")).Select(InFolder).All(IsThere);
    }

    public string Folder { get; }

    public string Name => Repository.Relative(Folder);

    public Manifest File { get; }

    /// <summary>Files that it names and that are not there.</summary>
    public List<string> Missing { get; } = [];

    public IReadOnlyList<Manifest> Patches { get; }

    /// <summary>Its own resources and those of its bases.</summary>
    public IEnumerable<Manifest> Resources => _bases.SelectMany(one => one.Resources).Concat(_resources);

    /// <summary>The patches of its bases and its own, in the order in which they apply.</summary>
    public IEnumerable<Manifest> AllPatches => _bases.SelectMany(one => one.AllPatches).Concat(Patches);

    /// <summary>The names of the config maps, or secrets, that it and its bases make.</summary>
    public IEnumerable<string> GeneratedNames(string generator) =>
        _bases.SelectMany(one => one.GeneratedNames(generator)).Concat(File.Root.Items(generator).Select(entry => entry.Text("name")!)).Distinct();

    /// <summary>The literals of the secrets it makes.</summary>
    public IEnumerable<string> SecretLiterals =>
        _bases.SelectMany(one => one.SecretLiterals).Concat(File.Root.Items("secretGenerator").SelectMany(entry => entry.Texts("literals")));

    /// <summary>The catalog in force: its own, or the last of its bases'.</summary>
    public string? Catalog => System.IO.File.Exists(InFolder("catalog.json")) ? InFolder("catalog.json") : _bases.Select(one => one.Catalog).LastOrDefault();

    /// <summary>Every kustomization of the repository.</summary>
    public static IReadOnlyList<Kustomization> All { get; } =
        [.. Directory.EnumerateFiles(Repository.Kubernetes, "kustomization.yaml", SearchOption.AllDirectories)
            .Select(file => new Kustomization(Path.GetDirectoryName(file)!)).OrderBy(one => one.Name, StringComparer.Ordinal)];

    /// <summary>The environment of a container, with the patches: a value that comes from elsewhere is empty.</summary>
    public Dictionary<string, string> Environment(Manifest workload, string container) =>
        new[] { workload }.Concat(AllPatches.Where(patch => patch.Kind == workload.Kind && patch.Name == workload.Name))
            .SelectMany(one => one.Containers)
            .Where(one => one.Text("name") == container)
            .SelectMany(one => one.Items("env"))
            .GroupBy(variable => variable.Text("name")!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last().Text("value") ?? "", StringComparer.Ordinal);

    public override string ToString() => Name;

    private IEnumerable<Manifest> Generated =>
        File.Root.Items("configMapGenerator").Concat(File.Root.Items("secretGenerator")).Select(entry => new Manifest(Name, entry));

    private string InFolder(string path) => Path.GetFullPath(Path.Combine(Folder, path));

    private bool IsThere(string path)
    {
        var isThere = System.IO.File.Exists(path);
        if (!isThere)
            Missing.Add(path);
        return isThere;
    }
}
