using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(LlmFunctions.Infra.Tests.InfraFixture))]

namespace LlmFunctions.Infra.Tests;

/// <summary>The template, compiled once, and what it deploys with the parameters file and with changes to it.</summary>
public sealed class InfraFixture : IAsyncLifetime
{
    public const string OpenAiAccount = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/models/providers/Microsoft.CognitiveServices/accounts/east";

    private readonly string _folder = Directory.CreateTempSubdirectory("llm-infra-").FullName;

    /// <summary>The ARM template as it goes to Azure.</summary>
    public JsonObject Template { get; private set; } = [];

    /// <summary>As the parameters file says.</summary>
    public Snapshot Default { get; private set; } = null!;

    public Snapshot StorageQueue { get; private set; } = null!;

    public Snapshot PrivateNetwork { get; private set; } = null!;

    public Snapshot OpenAi { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var template = BicepCli.RunAsync(Copy("template"), "build", "main.bicep", "--stdout");
        var snapshots = await Task.WhenAll(
            SnapAsync("default"),
            SnapAsync("storage-queue", ("param fallbackQueue = 'service-bus'", "param fallbackQueue = 'storage-queue'")),
            SnapAsync("private-network", ("param privateNetworking = false", "param privateNetworking = true")),
            SnapAsync(
                "openai",
                ("param openAiAccountIds = []", $"param openAiAccountIds = ['{OpenAiAccount}']"),
                ("param extraSettings = {}", "param extraSettings = { Replay__MaxFailures: '3', Routing__AnswerWithin: '1.00:00:00' }")));
        Template = JsonNode.Parse((await template).OutputOrThrow())!.AsObject();
        (Default, StorageQueue, PrivateNetwork, OpenAi) = (snapshots[0], snapshots[1], snapshots[2], snapshots[3]);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A copy of infra/ to work in.</summary>
    internal string Copy(string name)
    {
        var target = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        string[] files = [.. Directory.EnumerateFiles(Paths.Infra), .. Directory.EnumerateFiles(Path.Combine(Paths.Infra, "modules"))];
        Directory.CreateDirectory(Path.Combine(target, "modules"));
        foreach (var file in files)
            File.Copy(file, Path.Combine(target, Path.GetRelativePath(Paths.Infra, file)));
        return target;
    }

    private async Task<Snapshot> SnapAsync(string name, params (string From, string To)[] changes)
    {
        var folder = Copy(name);
        var file = Path.Combine(folder, "main.bicepparam");
        var parameters = await File.ReadAllTextAsync(file);
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, parameters, StringComparison.Ordinal);
            parameters = parameters.Replace(from, to, StringComparison.Ordinal);
        }
        await File.WriteAllTextAsync(file, parameters);
        var run = await BicepCli.RunAsync(
            folder, "snapshot", "main.bicepparam", "--mode", "overwrite", "--resource-group", "rg", "--location", "swedencentral",
            "--tenant-id", "00000000-0000-0000-0000-000000000001", "--subscription-id", "00000000-0000-0000-0000-000000000002");
        run.OutputOrThrow();
        return new(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "main.snapshot.json")))!.AsObject());
    }
}
