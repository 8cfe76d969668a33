using System.Text.Json.Nodes;

namespace LlmFunctions.Infra.Tests;

/// <summary>A setting is named alike in the README, in the options that the code binds, in the template and in the sample.</summary>
public sealed class SettingNamesTests(InfraFixture infra)
{
    [Fact]
    public void Readme_ListsEverySettingOfTheCode() => Assert.Empty(SettingNames.OfTheCode.Except(SettingNames.OfTheReadme));

    [Fact]
    public void Code_ReadsEverySettingOfTheReadme() => Assert.Empty(SettingNames.OfTheReadme.Except(SettingNames.OfTheCode));

    [Fact]
    public void Sections_OfTheCode_AreFound()
    {
        Assert.Superset(
            new HashSet<string>(["Access", "Callbacks", "Forwarding", "Health", "Http", "Probing", "Replay", "Routing"]), SettingNames.Sections.Keys.ToHashSet());
        Assert.True(SettingNames.OfTheCode.Count >= 60, $"Only {SettingNames.OfTheCode.Count} settings were found.");
    }

    [Fact]
    public void Flat_AreReadByTheCode()
    {
        var source = string.Concat(
            Directory.EnumerateFiles(Path.Combine(Paths.Repository, "src"), "*Binding.cs", SearchOption.AllDirectories)
                .Append(Path.Combine(Paths.Repository, "src", "LlmFunctions.SelfHost", "OtlpExport.cs")).Select(File.ReadAllText));

        Assert.All(SettingNames.Flat, name => Assert.True(
            source.Contains($"\"{name}\"", StringComparison.Ordinal) || FunctionSources.Settings.Contains(name), $"Nothing reads {name}."));
    }

    [Fact]
    public void AppSettings_EveryName_IsReadBySomebody()
    {
        foreach (var snapshot in new[] { infra.Default, infra.OpenAi, infra.StorageQueue })
            Assert.All(snapshot.AppSettings.Where(setting => !setting.Value.Contains("@Microsoft.KeyVault(", StringComparison.Ordinal)), setting => Assert.True(SettingNames.IsRead(setting.Key), setting.Key));
    }

    [Fact]
    public void LocalSettingsSample_EveryName_IsReadBySomebodyAndHoldsNoKey()
    {
        var values = JsonNode.Parse(File.ReadAllText(Path.Combine(Paths.Repository, "local.settings.sample.json")))!["Values"]!.AsObject();

        Assert.True(values.Count >= 8);
        Assert.All(values.Select(value => value.Key), name => Assert.True(SettingNames.IsRead(name), name));
        Assert.DoesNotContain(values, value => ((string)value.Value!).Contains("AccountKey=", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What the function app needs to start is in both; only how storage, the queue and callers are reached differs.</summary>
    [Fact]
    public void LocalSettingsSample_AndTemplate_SetTheSameTriggers()
    {
        var sample = JsonNode.Parse(File.ReadAllText(Path.Combine(Paths.Repository, "local.settings.sample.json")))!["Values"]!.AsObject();

        Assert.All(FunctionSources.Settings, name => Assert.True(sample.ContainsKey(name) && infra.Default.AppSettings.ContainsKey(name), name));
        foreach (var name in new[] { "ProbeSchedule", "SweepSchedule", "AzureWebJobsDisableHomepage", "FallbackQueueName", "AzureWebJobs.ReplayFromServiceBus.Disabled" })
            Assert.Equal(infra.StorageQueue.AppSettings[name], (string?)sample[name]);
    }

    [Theory]
    [InlineData("Health__Break", true)]
    [InlineData("Access__CallerKeys__team_a", true)]
    [InlineData("AzureWebJobsStorage__clientId", true)]
    [InlineData("Health__Brake", false)]
    [InlineData("Access__CallerKeys", false)]
    [InlineData("Replay__MaxFailures__x", false)]
    [InlineData("Router__Health__Break", false)]
    [InlineData("AzureWebJobsStorage__account", false)]
    [InlineData("AzureWebJobs.Replay.Disabled", false)]
    public void IsRead_OfAName_IsWhetherSomebodyReadsIt(string name, bool isRead) => Assert.Equal(isRead, SettingNames.IsRead(name));
}
