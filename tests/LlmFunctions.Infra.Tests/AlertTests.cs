using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmFunctions.AspNetCore;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Infra.Tests;

public sealed partial class AlertTests(InfraFixture infra)
{
    private static readonly string[] QueryAlerts = ["deployment-misconfigured", "deployment-out", "model-unserved", "request-lost", "server-errors", "standby-failed"];

    [Fact]
    public void Alerts_ServiceBus_AreThese()
    {
        Assert.Equal(QueryAlerts, NamesOf(infra.Default, "Microsoft.Insights/scheduledQueryRules"));
        Assert.Equal(["backlog", "dead-letters"], NamesOf(infra.Default, "Microsoft.Insights/metricAlerts"));
    }

    [Fact]
    public void Alerts_StorageQueue_AreThoseOfTheLogs()
    {
        Assert.Equal(QueryAlerts, NamesOf(infra.StorageQueue, "Microsoft.Insights/scheduledQueryRules"));
        Assert.Empty(infra.StorageQueue.All("Microsoft.Insights/metricAlerts"));
    }

    [Fact]
    public void Alerts_ServiceBus_WatchTheMetricsOfTheQueue()
    {
        var watched = infra.Default.All("Microsoft.Insights/metricAlerts").Select(alert => alert["properties"]!["criteria"]!["allOf"]![0]!).ToArray();

        Assert.Equal(["DeadletteredMessages", "Messages"], watched.Select(criterion => (string?)criterion["metricName"]).Order());
        Assert.All(watched, criterion => Assert.Equal(infra.Default.AppSettings["FallbackQueueName"], (string?)criterion["dimensions"]![0]!["values"]![0]));
    }

    /// <summary>Nobody notices that an alert stopped working because a log line was reworded, so this does.</summary>
    [Fact]
    public void Queries_EveryPattern_MatchesALineTheCodeWrites()
    {
        var lines = LogLines().ToArray();
        var patterns = Queries().SelectMany(query => Pattern().Matches(query).Select(match => match.Groups["pattern"].Value)).Distinct().ToArray();

        Assert.NotEmpty(patterns);
        Assert.All(patterns, pattern => Assert.Contains(lines, line => Regex.IsMatch(line, pattern)));
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

    private static IEnumerable<string> NamesOf(Snapshot snapshot, string type)
    {
        var prefix = (string)Assert.Single(snapshot.All("Microsoft.Web/sites"))["name"]! + "-";
        return snapshot.All(type).Select(alert => ((string)alert["name"]!)[prefix.Length..]).Order(StringComparer.Ordinal);
    }

    private IEnumerable<string> Queries()
    {
        var ofAlerts = infra.Default.All("Microsoft.Insights/scheduledQueryRules")
            .Select(alert => (string)alert["properties"]!["criteria"]!["allOf"]![0]!["query"]!);
        var ofWorkbook = JsonNode.Parse((string)infra.Default.One("Microsoft.Insights/workbooks")["serializedData"]!)!["items"]!.AsArray()
            .Select(item => (string?)item!["content"]!["query"])
            .OfType<string>();
        return ofAlerts.Concat(ofWorkbook);
    }

    // Every line with its placeholders filled in as they come out: an id has no spaces, a state is one of its names.
    private static IEnumerable<string> LogLines() =>
        from type in new[] { typeof(RouterRegistration).Assembly, typeof(HttpRegistration).Assembly }.SelectMany(assembly => assembly.GetTypes())
        from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()?.Message
        where message is not null
        select Placeholder().Replace(message, match => match.Groups["name"].Value switch
        {
            "Deployment" => "gpt-4o@east",
            "Endpoint" => "east",
            "Id" => "req_01",
            "State" => nameof(RequestState.Expired),
            "Status" => "503",
            "Version" => "7",
            "Milliseconds" => "10,012",
            _ => "some text",
        });

    // extract(@"^The circuit of (\S+) (opened|closed)", 1, message)
    [GeneratedRegex("@\"(?<pattern>[^\"]+)\"")]
    private static partial Regex Pattern();

    // {Milliseconds:0}
    [GeneratedRegex(@"\{(?<name>\w+)(:[^}]*)?\}")]
    private static partial Regex Placeholder();
}
