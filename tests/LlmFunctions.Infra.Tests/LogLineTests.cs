using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmFunctions.Infra.Tests;

/// <summary>Nobody notices that an alert stopped working because a log line was reworded, so these do.</summary>
public sealed partial class LogLineTests(InfraFixture infra)
{
    [Fact]
    public void Queries_EveryBranchOfEveryPattern_MatchesALineTheCodeWrites()
    {
        var branches = Queries(infra).SelectMany(PatternsIn).SelectMany(RegexBranches.Of).Distinct().ToArray();

        Assert.True(branches.Length >= 20, $"Only {branches.Length} branches were found.");
        Assert.All(branches, branch => Assert.Contains(LogLine.All, line => Regex.IsMatch(line.Text, branch)));
    }

    [Fact]
    public void ModelUnserved_CountsWhatNoDeploymentServed_AndNothingElse() => Assert.Equal(
        [
            "Request req_01 for gpt-4o was queued: no deployment could serve it",
            "Request req_01 for gpt-4o was refused with 503 no_deployment_available: some text",
            "Request req_01 for gpt-4o was refused with 504 deadline_exceeded: some text",
        ],
        CountedBy("model-unserved"));

    [Fact]
    public void RequestLost_CountsDeadAndExpired_AndNothingElse() =>
        Assert.Equal(["Queued request req_01 ended Dead: some text", "Queued request req_01 ended Expired: some text"], CountedBy("request-lost"));

    [Fact]
    public void ModelUnserved_TheColumnModel_IsTheModel()
    {
        var pattern = Assert.Single(PatternsIn(AlertTests.QueryOf(infra.Default, "model-unserved")));

        Assert.All(CountedBy("model-unserved"), line => Assert.Equal("gpt-4o", Regex.Match(line, pattern).Groups[1].Value));
    }

    [Fact]
    public void Refusals_OfTheCode_AreKnownHere() => Assert.Equal(
        ["503 catalog_not_loaded", "503 idempotency_unavailable", "503 no_deployment_available", "503 queue_unavailable", "504 callers_deadline_exceeded", "504 deadline_exceeded"],
        LogLine.Refusals.Where(refusal => refusal[0] == '5').Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("^a (b|c)", new[] { "^a (?:b)", "^a (?:c)" })]
    [InlineData(@"(x(y|z)|\(w) [|)]", new[] { "(?:x(?:y)) [|)]", "(?:x(?:z)) [|)]", @"(?:\(w) [|)]" })]
    [InlineData("a|b+", new[] { "a", "b+" })]
    [InlineData(@"(?:\d+|e)", new[] { @"(?:\d+)", "(?:e)" })]
    public void RegexBranches_OfAPattern_AreAllWaysThroughIt(string pattern, string[] branches) => Assert.Equal(branches, RegexBranches.Of(pattern));

    /// <summary>The patterns of a query: <c>extract(@"^The circuit of (\S+) (opened|closed)", 1, message)</c>.</summary>
    internal static IEnumerable<string> PatternsIn(string query) => Pattern().Matches(query).Select(match => match.Groups["pattern"].Value).Distinct();

    private string[] CountedBy(string alert)
    {
        var pattern = Assert.Single(PatternsIn(AlertTests.QueryOf(infra.Default, alert)));
        return [.. LogLine.All.Select(line => line.Text).Where(text => Regex.IsMatch(text, pattern)).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Queries(InfraFixture infra)
    {
        var ofAlerts = infra.Default.All("Microsoft.Insights/scheduledQueryRules")
            .Select(alert => (string)alert["properties"]!["criteria"]!["allOf"]![0]!["query"]!);
        var ofWorkbook = JsonNode.Parse((string)infra.Default.One("Microsoft.Insights/workbooks")["serializedData"]!)!["items"]!.AsArray()
            .Select(item => (string?)item!["content"]!["query"])
            .OfType<string>();
        return ofAlerts.Concat(ofWorkbook);
    }

    [GeneratedRegex("@\"(?<pattern>[^\"]+)\"")]
    private static partial Regex Pattern();
}
