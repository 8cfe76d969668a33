using System.Diagnostics;
using System.Text.Json.Nodes;

namespace LlmFunctions.Benchmarks.ColdStart;

/// <summary>The SelfHost as it is published.</summary>
internal static class PublishedRouter
{
    private const string Project = "src/LlmFunctions.SelfHost";

    /// <summary>Returns the path of its assembly.</summary>
    /// <exception cref="InvalidOperationException">It could not be published.</exception>
    public static async Task<string> PublishAsync(string folder, bool readyToRun)
    {
        string[] arguments =
        [
            "publish", Path.Combine(Root(), Project), "-c", "Release", "-r", "linux-x64", "--no-self-contained", "-v", "quiet",
            $"-p:PublishReadyToRun={readyToRun}", "-o", folder,
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? Path.Combine(folder, "LlmFunctions.SelfHost.dll")
            : throw new InvalidOperationException($"The router was not published: {said}");
    }

    public static Dictionary<string, string> Settings(Uri endpoint, string storage) => new()
    {
        ["AzureWebJobsStorage"] = storage,
        ["Access__AllowAnonymous"] = "true",
        ["Logging__LogLevel__Default"] = "None",
        ["Catalog"] = new JsonObject
        {
            ["endpoints"] = new JsonObject { ["fast"] = new JsonObject { ["kind"] = "openai", ["address"] = $"{endpoint.AbsoluteUri}v1", ["credential"] = "none", ["allowInsecure"] = true } },
            ["models"] = new JsonObject { ["gpt-4o"] = new JsonObject { ["deployments"] = new JsonObject { ["fast"] = new JsonObject() } } },
        }.ToJsonString(),
    };

    public static ProcessStartInfo Start(string assembly, Uri address, IReadOnlyDictionary<string, string> settings)
    {
        var info = new ProcessStartInfo("dotnet", [assembly, "--urls", address.AbsoluteUri]);
        foreach (var (name, value) in settings)
            info.Environment[name] = value;
        return info;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LlmFunctions.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run the benchmark from a checkout: it publishes the router from its sources.");
        return folder;
    }
}
