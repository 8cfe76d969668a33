using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>The openai SDK of npm, unmodified, in a Node.js of its own.</summary>
public sealed class NodeSdkTests(AzuriteFixture azurite)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "node");

    [Fact]
    public async Task OpenAiForNode_AllItsCalls_GetWhatTheEndpointGives()
    {
        await InstallAsync();
        await using var world = await SdkWorld.StartAsync(azurite);
        var got = JsonNode.Parse(await RunAsync("node", "sdk.mjs", $"{world.Router.Address.AbsoluteUri}v1"))!.AsObject();

        var text = await world.DirectAnswerAsync("Hello", 1);
        Assert.Equal(text, (string?)got["chat"]);
        Assert.Equal(text, (string?)got["streamed"]);
        Assert.True((int)got["chatTokens"]! > 0);
        Assert.Equal((int)got["chatTokens"]!, (int)got["streamedTokens"]!);
        Assert.Equal("weather", (string?)got["tool"]);
        Assert.True((bool)got["toolArguments"]!);
        Assert.Equal(2, (int)got["vectors"]!);
        Assert.NotEqual("", (string?)got["response"]);
        Assert.Equal((string?)got["response"], (string?)got["responseStreamed"]);
        Assert.Equal("claude,m", (string?)got["models"]);
        Assert.True((bool)got["transcription"]!);
        Assert.Equal("404 model_not_found", (string?)got["unknown"]);
    }

    private static async Task InstallAsync()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "openai")))
            await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await errors}");
            return output;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"'{program}' was not found. Install Node.js 20 or later from https://nodejs.org.");
        }
    }
}
