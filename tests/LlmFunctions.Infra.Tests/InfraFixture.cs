using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(LlmFunctions.Infra.Tests.InfraFixture))]

namespace LlmFunctions.Infra.Tests;

/// <summary>The template, compiled once, and what it deploys with the parameters file and with changes to it.</summary>
public sealed class InfraFixture : IAsyncLifetime
{
    public const string OpenAiAccount = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/models/providers/Microsoft.CognitiveServices/accounts/east";

    public const string VaultWriter = "00000000-0000-0000-0000-0000000000b1";
    public const string ActionGroup = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/people/providers/Microsoft.Insights/actionGroups/oncall";

    private readonly string _folder = Directory.CreateTempSubdirectory("llm-infra-").FullName;

    /// <summary>The ARM template as it goes to Azure.</summary>
    public JsonObject Template { get; private set; } = [];

    /// <summary>As the parameters file says.</summary>
    public Snapshot Default { get; private set; } = null!;

    public Snapshot StorageQueue { get; private set; } = null!;

    public Snapshot PrivateNetwork { get; private set; } = null!;

    public Snapshot OpenAi { get; private set; } = null!;

    /// <summary>Every parameter of scale, limits, retention, alerts and rights away from what the file says.</summary>
    public Snapshot Changed { get; private set; } = null!;

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
                ("param extraSettings = {}", "param extraSettings = { Replay__MaxFailures: '3', Routing__AnswerWithin: '1.00:00:00' }")),
            SnapAsync(
                "changed",
                ("param alwaysReadyHttp = 1", "param alwaysReadyHttp = 0"),
                ("param maximumInstanceCount = 100", "param maximumInstanceCount = 40"),
                ("param instanceMemoryMB = 2048", "param instanceMemoryMB = 4096"),
                ("param httpConcurrency = 200", "param httpConcurrency = 16"),
                ("param storageSku = 'Standard_ZRS'", "param storageSku = 'Standard_LRS'"),
                ("param storagePrefix = 'llmrouter'", "param storagePrefix = 'other'"),
                ("param fallbackQueueName = 'llm-requests'", "param fallbackQueueName = 'waiting'"),
                ("param bodyRetentionDays = 32", "param bodyRetentionDays = 5"),
                ("param vaultWriterPrincipalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')", $"param vaultWriterPrincipalId = '{VaultWriter}'"),
                ("param actionGroupId = readEnvironmentVariable('ALERT_ACTION_GROUP_ID', '')", $"param actionGroupId = '{ActionGroup}'"),
                ("param backlogAge = 'PT15M'", "param backlogAge = 'PT6H'"),
                ("param serverErrorPercent = 5", "param serverErrorPercent = 20"),
                ("param logRetentionDays = 30", "param logRetentionDays = 90"),
                ("param logDailyCapGb = 5", "param logDailyCapGb = -1"),
                ("param tags = {}", "param tags = { team: 'llm' }")));
        Template = JsonNode.Parse((await template).OutputOrThrow())!.AsObject();
        (Default, StorageQueue, PrivateNetwork, OpenAi, Changed) = (snapshots[0], snapshots[1], snapshots[2], snapshots[3], snapshots[4]);
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
