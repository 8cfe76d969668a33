using System.Reflection;

namespace LlmFunctions.Infra.Tests;

/// <summary>Where the repository and the restored CLI are, as the project file wrote it into this assembly.</summary>
internal static class Paths
{
    public static string BicepCli { get; } = Read("BicepCli");

    public static string Repository { get; } = Read("Repository");

    public static string Infra { get; } = Path.Combine(Repository, "infra");

    private static string Read(string key) =>
        typeof(Paths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
