using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmFunctions.Infra.Tests;

/// <summary>A parameter that is changed changes what it says it does. The snapshot <see cref="InfraFixture.Changed"/> has them away from the file's.</summary>
public sealed partial class ParameterTests(InfraFixture infra)
{
    [Fact]
    public void AlwaysReadyHttp_Zero_LeavesNoInstanceRunning()
    {
        Assert.Equal("[]", Scale(infra.Changed)["alwaysReady"]!.ToJsonString());
        Assert.NotEqual("[]", Scale(infra.Default)["alwaysReady"]!.ToJsonString());
    }

    [Fact]
    public void Limits_Changed_ReachThePlan()
    {
        var scale = Scale(infra.Changed);

        Assert.Equal((40, 4096, 16), ((int)scale["maximumInstanceCount"]!, (int)scale["instanceMemoryMB"]!, (int)scale["triggers"]!["http"]!["perInstanceConcurrency"]!));
    }

    [Fact]
    public void ActionGroup_Given_IsToldByEveryAlert()
    {
        var alerts = infra.Changed.All("Microsoft.Insights/scheduledQueryRules").Concat(infra.Changed.All("Microsoft.Insights/metricAlerts")).ToArray();

        Assert.True(alerts.Length >= 8, $"Only {alerts.Length} alerts were found.");
        Assert.All(alerts, alert => Assert.Equal([InfraFixture.ActionGroup], GroupsOf(alert)));
    }

    [Fact]
    public void ActionGroup_None_TellsNobody() => Assert.All(
        infra.Default.All("Microsoft.Insights/scheduledQueryRules").Concat(infra.Default.All("Microsoft.Insights/metricAlerts")),
        alert => Assert.Empty(GroupsOf(alert)));

    [Fact]
    public void Retention_Changed_ReachesLogsAndBlobs()
    {
        var workspace = infra.Changed.One("Microsoft.OperationalInsights/workspaces");
        var rule = Assert.Single(infra.Changed.One("Microsoft.Storage/storageAccounts/managementPolicies")["policy"]!["rules"]!.AsArray())!["definition"]!;

        Assert.Equal((90, -1), ((int)workspace["retentionInDays"]!, (int)workspace["workspaceCapping"]!["dailyQuotaGb"]!));
        Assert.Equal(5, (int)rule["actions"]!["baseBlob"]!["delete"]!["daysAfterModificationGreaterThan"]!);
        Assert.Equal(["other-bodies/", "other-answers/"], rule["filters"]!["prefixMatch"]!.AsArray().Select(match => (string?)match));
    }

    [Fact]
    public void LogsAndCap_Default_AreBounded()
    {
        var workspace = infra.Default.One("Microsoft.OperationalInsights/workspaces");

        Assert.Equal((30, 5), ((int)workspace["retentionInDays"]!, (int)workspace["workspaceCapping"]!["dailyQuotaGb"]!));
    }

    [Fact]
    public void Names_Changed_ReachQueueSettingsAndAccount()
    {
        Assert.Equal(("other", "waiting"), (infra.Changed.AppSettings["Storage__Prefix"], infra.Changed.AppSettings["FallbackQueueName"]));
        Assert.EndsWith("/waiting", (string?)Assert.Single(infra.Changed.All("Microsoft.ServiceBus/namespaces/queues"))["name"], StringComparison.Ordinal);
        Assert.Equal("Standard_LRS", (string?)Assert.Single(infra.Changed.All("Microsoft.Storage/storageAccounts"))["sku"]!["name"]);
    }

    [Fact]
    public void ServerErrorPercent_Changed_ReachesItsQuery()
    {
        Assert.Contains("Failed * 100 > All * 20\n", AlertTests.QueryOf(infra.Changed, "server-errors"), StringComparison.Ordinal);
        Assert.Contains("Failed * 100 > All * 5\n", AlertTests.QueryOf(infra.Default, "server-errors"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_Given_AreOnEverythingThatHasTags() => Assert.All(
        infra.Changed.Resources.Where(resource => resource["tags"] is not null),
        resource => Assert.Equal("llm", (string?)resource["tags"]!["team"]));

    /// <summary>One that is added is set in the file and snapshotted away from it somewhere.</summary>
    [Fact]
    public void Parameters_Every_IsSetInTheFileAndChangedInATest()
    {
        var declared = infra.Template["parameters"]!.AsObject().Select(parameter => parameter.Key).Order(StringComparer.Ordinal).ToArray();
        var file = File.ReadAllText(Path.Combine(Paths.Infra, "main.bicepparam"));
        var fixture = File.ReadAllText(Path.Combine(Paths.Repository, "tests/LlmFunctions.Infra.Tests/InfraFixture.cs"));
        // What the other tests look into as the file has it.
        string[] contents = ["callers", "catalog", "environmentName", "keySettings", "location", "networkAddressPrefix", "operators"];

        Assert.Equal(declared, Set().Matches(file).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal));
        Assert.Equal(declared.Except(contents), Changed().Matches(fixture).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));
    }

    private static JsonNode Scale(Snapshot snapshot) => snapshot.One("Microsoft.Web/sites")["functionAppConfig"]!["scaleAndConcurrency"]!;

    private static IEnumerable<string?> GroupsOf(JsonObject alert) => alert["properties"]!["actions"] switch
    {
        JsonArray metric => metric.Select(action => (string?)action!["actionGroupId"]),
        var query => query!["actionGroups"]!.AsArray().Select(group => (string?)group),
    };

    [GeneratedRegex(@"^param (?<name>\w+) = ", RegexOptions.Multiline)]
    private static partial Regex Set();

    [GeneratedRegex("\\(\"param (?<name>\\w+) = ")]
    private static partial Regex Changed();
}
