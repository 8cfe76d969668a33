using System.Diagnostics;

namespace LlmFunctions.Infra.Tests;

/// <summary>The Bicep CLI of the package feed, run in a folder of its own, since it writes beside what it reads.</summary>
internal static class BicepCli
{
    private static readonly Lock ExecutableLock = new();

    public static async Task<BicepRun> RunAsync(string folder, params string[] arguments)
    {
        MakeExecutable();
        var start = new ProcessStartInfo(Paths.BicepCli, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The CLI ships without ICU.
            Environment = { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" },
        };
        // The parameters file reads these; what the machine has set must not decide what is tested.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AZURE_", StringComparison.OrdinalIgnoreCase) || name == "ALERT_ACTION_GROUP_ID").ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await errors);
    }

    // A package keeps no permissions.
    private static void MakeExecutable()
    {
        if (OperatingSystem.IsWindows())
            return;
        lock (ExecutableLock)
        {
            var mode = File.GetUnixFileMode(Paths.BicepCli);
            if (!mode.HasFlag(UnixFileMode.UserExecute))
                File.SetUnixFileMode(Paths.BicepCli, mode | UnixFileMode.UserExecute);
        }
    }
}
