using System.Diagnostics;
using System.Reflection;

namespace LlmFunctions.Manifests.Tests;

/// <summary>What <c>dotnet publish</c> makes of the self-host, in a folder that nobody may write to.</summary>
public sealed class PublishedRouter : IAsyncLifetime
{
    private const UnixFileMode ReadAndEnter = UnixFileMode.UserRead | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Folder { get; } = Directory.CreateTempSubdirectory("llm-router-").FullName;

    public async ValueTask InitializeAsync()
    {
        // What was built together with this test: a build here would meet the one that other tests are still part of.
        var configuration = typeof(PublishedRouter).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Repository.Root, RedirectStandardOutput = true };
        foreach (var argument in (string[])["publish", "src/LlmFunctions.SelfHost", "--no-build", "-c", configuration, "-o", Folder, "-v", "quiet"])
            start.ArgumentList.Add(argument);
        using var publish = Process.Start(start)!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
            throw new InvalidOperationException($"dotnet publish failed:\n{output}");
        SetMode(ReadAndEnter);
    }

    public ValueTask DisposeAsync()
    {
        SetMode(ReadAndEnter | UnixFileMode.UserWrite);
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private void SetMode(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Folder, mode);
    }
}
