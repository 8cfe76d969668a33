using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;

namespace LlmFunctions.Infra.Tests;

public sealed partial class AlertTests(InfraFixture infra)
{
    private const string QueryRules = "Microsoft.Insights/scheduledQueryRules";

    private static readonly string[] QueryAlerts =
        ["backlog", "deployment-misconfigured", "deployment-out", "logs-stopped", "model-unserved", "request-lost", "server-errors", "standby-failed"];

    [Fact]
    public void Alerts_ServiceBus_AreThese()
    {
        Assert.Equal(QueryAlerts, NamesOf(infra.Default, QueryRules));
        Assert.Equal(["dead-letters"], NamesOf(infra.Default, "Microsoft.Insights/metricAlerts"));
    }

    [Fact]
    public void Alerts_StorageQueue_AreThoseOfTheLogs()
    {
        Assert.Equal(QueryAlerts, NamesOf(infra.StorageQueue, QueryRules));
        Assert.Empty(infra.StorageQueue.All("Microsoft.Insights/metricAlerts"));
    }

    [Fact]
    public void DeadLetters_ServiceBus_WatchTheQueue()
    {
        var watched = Assert.Single(infra.Default.All("Microsoft.Insights/metricAlerts"))["properties"]!["criteria"]!["allOf"]![0]!;

        Assert.Equal("DeadletteredMessages", (string?)watched["metricName"]);
        Assert.Equal(infra.Default.AppSettings["FallbackQueueName"], (string?)watched["dimensions"]![0]!["values"]![0]);
    }

    /// <summary>The rows of every query stand for their whole window, so they lie in one bin: a second bin that must also hold some would never.</summary>
    [Fact]
    public void Queries_Every_FiresByASingleEvaluation() => Assert.All(infra.Default.All(QueryRules), alert =>
    {
        var criterion = alert["properties"]!["criteria"]!["allOf"]![0]!;
        Assert.Equal("""{"numberOfEvaluationPeriods":1,"minFailingPeriodsToAlert":1}""", criterion["failingPeriods"]!.ToJsonString());
        Assert.Equal(("Count", "GreaterThan", 0), ((string)criterion["timeAggregation"]!, (string)criterion["operator"]!, (int)criterion["threshold"]!));
        Assert.True(Window(alert) >= XmlConvert.ToTimeSpan((string)alert["properties"]!["evaluationFrequency"]!), "Between two evaluations nobody would look.");
    });

    /// <summary>A column that is counted by must come out of the query, and so must the time.</summary>
    [Fact]
    public void Queries_Every_GivesItsTimeAndItsDimension() => Assert.All(infra.Default.All(QueryRules), alert =>
    {
        var criterion = alert["properties"]!["criteria"]!["allOf"]![0]!;
        var columns = ColumnsOf((string)criterion["query"]!);
        Assert.Contains(columns, column => column is "timestamp" or "TimeGenerated");
        Assert.Subset(columns, criterion["dimensions"]!.AsArray().Select(dimension => (string)dimension!["name"]!).ToHashSet());
    });

    [Theory]
    [InlineData("deployment-out", "Deployment")]
    [InlineData("deployment-misconfigured", "Deployment")]
    [InlineData("model-unserved", "Model")]
    public void Queries_OfWhatThereAreSeveral_TellThemApart(string alert, string dimension) =>
        Assert.Equal(dimension, (string?)Assert.Single(RuleOf(infra.Default, alert)["properties"]!["criteria"]!["allOf"]![0]!["dimensions"]!.AsArray())!["name"]);

    [Fact]
    public void DeploymentOut_LooksBackFurtherThanItHasToBeOut()
    {
        var query = QueryOf(infra.Default, "deployment-out");
        var ago = TimeSpan.FromMinutes(int.Parse(Ago().Match(query).Groups["minutes"].Value, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(TimeSpan.FromMinutes(5), ago);
        Assert.True(Window(RuleOf(infra.Default, "deployment-out")) >= 2 * ago);
        Assert.Contains("""where isnull(Closed) or timestamp > Closed""", query, StringComparison.Ordinal);
    }

    [Fact]
    public void Backlog_OfBothQueues_IsAnAgeInSeconds()
    {
        Assert.Contains("where Waited >= 900\n", QueryOf(infra.Default, "backlog"), StringComparison.Ordinal);
        Assert.Contains("where Waited >= 900\n", QueryOf(infra.StorageQueue, "backlog"), StringComparison.Ordinal);
        Assert.Contains("where Waited >= 21600\n", QueryOf(infra.Changed, "backlog"), StringComparison.Ordinal);
    }

    [Fact]
    public void Scopes_AreTheComponent_ButTheCapIsTheWorkspaces()
    {
        var scopes = infra.Default.All(QueryRules).ToDictionary(NameOf, alert => (string?)alert["properties"]!["scopes"]![0]);
        var component = (string?)Assert.Single(infra.Default.All("Microsoft.Insights/components"))["id"];
        var workspace = (string?)Assert.Single(infra.Default.All("Microsoft.OperationalInsights/workspaces"))["id"];

        Assert.Equal(workspace, scopes["logs-stopped"]);
        Assert.All(scopes.Where(scope => scope.Key != "logs-stopped"), scope => Assert.Equal(component, scope.Value));
    }

    [Fact]
    public void Workbook_Default_IsANotebookOfThisComponent()
    {
        var workbook = infra.Default.One("Microsoft.Insights/workbooks");
        var notebook = JsonNode.Parse((string)workbook["serializedData"]!)!;

        Assert.Equal("Notebook/1.0", (string?)notebook["version"]);
        Assert.Equal((string?)Assert.Single(infra.Default.All("Microsoft.Insights/components"))["id"], (string?)workbook["sourceId"]);
        Assert.Equal(notebook["items"]!.AsArray().Count, notebook["items"]!.AsArray().Select(item => (string?)item!["name"]).Distinct().Count());
    }

    internal static string QueryOf(Snapshot snapshot, string alert) => (string)RuleOf(snapshot, alert)["properties"]!["criteria"]!["allOf"]![0]!["query"]!;

    private static JsonObject RuleOf(Snapshot snapshot, string alert) => Assert.Single(snapshot.All(QueryRules), rule => NameOf(rule) == alert);

    private static TimeSpan Window(JsonObject alert) => XmlConvert.ToTimeSpan((string)alert["properties"]!["windowSize"]!);

    // After the last "summarize … by …" or "project …" there are the columns it names.
    private static HashSet<string> ColumnsOf(string query)
    {
        var last = query.Split('\n').Last(line => line.StartsWith("| summarize ", StringComparison.Ordinal) || line.StartsWith("| project ", StringComparison.Ordinal));
        return [.. Column().Matches(last["| ".Length..]).Select(match => match.Groups["name"].Value)];
    }

    private static IEnumerable<string> NamesOf(Snapshot snapshot, string type) => snapshot.All(type).Select(NameOf).Order(StringComparer.Ordinal);

    // llmrouter-dev-token-deployment-out
    private static string NameOf(JsonObject alert) => AlertName().Match((string)alert["name"]!).Groups["name"].Value;

    [GeneratedRegex(@"^llmrouter-[a-z0-9]+-[^-]+-(?<name>[a-z-]+)$")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"where First < ago\((?<minutes>\d+)m\)")]
    private static partial Regex Ago();

    [GeneratedRegex(@"(?<=^(summarize|project) |, |by )(?<name>\w+)(?= = |,| |$)")]
    private static partial Regex Column();
}
