namespace LlmFunctions.Playground;

/// <summary>Where Azurite is installed, where it keeps its data, and what runs it.</summary>
public sealed record AzuriteOptions
{
    /// <summary>
    /// The folder that gets <c>.azurite</c>. Default: the folder above the program that holds LlmFunctions.sln, else
    /// the current directory.
    /// </summary>
    public string? RootFolder { get; init; }

    /// <summary>The folder of the data; it survives a restart. Default: <c>.azurite/data</c>. Not used in memory.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Keep everything in memory and forget it at the end. Default: false.</summary>
    public bool InMemory { get; init; }

    /// <summary>How long Azurite may take to listen, without its installation. Default: 60 seconds.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Node.js, a name on the PATH or a path. Default: node.</summary>
    public string NodeExecutable { get; init; } = "node";

    /// <summary>npm, a name on the PATH or a path. Default: npm, on Windows npm.cmd.</summary>
    public string NpmExecutable { get; init; } = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
}
