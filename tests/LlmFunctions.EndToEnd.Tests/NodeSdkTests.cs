using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmFunctions.EndToEnd.Tests.Fallback;
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
        var got = await CallAllAsync(world.Router.Address);
        var direct = await CallAllAsync(world.Endpoints[1].Address);

        string[] ofTheRouter = ["models", "unknown"];
        foreach (var (name, value) in got.Where(one => !ofTheRouter.Contains(one.Key)))
        {
            Assert.NotEqual("", value!.ToString());
            Assert.Equal($"{name}: {direct[name]!.ToJsonString()}", $"{name}: {value.ToJsonString()}");
        }

        Assert.Equal((string?)got["chat"], (string?)got["streamed"]);
        Assert.Equal(("weather", "weather"), ((string?)got["tool"], (string?)got["toolStreamed"]));
        Assert.Equal((string?)got["toolArguments"], (string?)got["toolArgumentsStreamed"]);
        Assert.Equal((int)got["chatTokens"]!, (int)got["streamedTokens"]!);
        Assert.True((int)got["responseTokens"]! > 0);
        Assert.Equal((int)got["responseTokens"]!, (int)got["responseStreamedTokens"]!);
        Assert.Equal((string?)got["response"], (string?)got["responseStreamed"]);
        Assert.Equal("claude,m", (string?)got["models"]);
        Assert.Equal("404 model_not_found", (string?)got["unknown"]);
    }

    [Fact]
    public async Task OpenAiForNode_BackgroundResponses_AreRetrievedAndCancelled()
    {
        await InstallAsync();
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var (kept, dropped) = (await BackgroundAsync(world, "create"), await BackgroundAsync(world, "create"));
        Assert.Equal(("queued", "queued"), ((string?)kept["status"], (string?)dropped["status"]));
        Assert.Equal("cancelled", (string?)(await BackgroundAsync(world, "cancel", dropped))["status"]);

        await world.Endpoints[0].RestartAsync();
        JsonNode? done = null;
        await Eventually.IsTrueAsync(async () => (string?)(done = await BackgroundAsync(world, "retrieve", kept))["status"] == "completed", QueueWorld.Patience);
        Assert.Equal(((string?)kept["id"], await world.DirectAnswerAsync("think")), ((string?)done!["id"], (string?)done["text"]));
        Assert.Equal("cancelled", (string?)(await BackgroundAsync(world, "retrieve", dropped))["status"]);
    }

    private static async Task<JsonNode> BackgroundAsync(RouterWorld world, string call, JsonNode? response = null) =>
        JsonNode.Parse(await RunAsync("node", "background.mjs", $"{world.Router.Address.AbsoluteUri}v1", call, (string?)response?["id"] ?? ""))!;

    private static async Task<JsonObject> CallAllAsync(Uri at) => JsonNode.Parse(await RunAsync("node", "sdk.mjs", $"{at.AbsoluteUri}v1"))!.AsObject();

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
