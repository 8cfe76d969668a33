namespace LlmFunctions.Manifests.Tests;

/// <summary>The files of the working tree.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Kubernetes => Path.Combine(Root, "infra", "kubernetes");

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LlmFunctions.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("No folder above the tests holds LlmFunctions.sln.");
    }
}
