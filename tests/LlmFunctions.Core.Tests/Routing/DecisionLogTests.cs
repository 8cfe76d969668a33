using System.Text.Json.Nodes;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Health;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Routing;

public sealed class DecisionLogTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly EvenRandom _chance = new();

    public static TheoryData<string, RouterResult, string> Remarkable => new()
    {
        { "a failover", Requests.Answered(Requests.Decide("req_1", "east:503", "west:200")), "answered" },
        { "a second attempt", Requests.Answered(Requests.Decide("req_1", "east:503", "east:200")), "answered" },
        { "an endpoint's error", Requests.Answered(Requests.Decide("req_1", "east:400"), 400), "answered" },
        { "a stream that broke", Requests.Broken(Requests.Decide("req_1", "east:200")), "broken" },
        { "nothing available", Requests.Refused(Requests.Decide("req_1")), "refused" },
        { "queued after an attempt", Requests.Accepted(Requests.Decide("req_1", "east:503")), "queued" },
        { "the caller left", new RouterResult.CallerLeft(Requests.Decide("req_1", "east:cancelled")), "callerLeft" },
    };

    [Theory]
    [MemberData(nameof(Remarkable))]
    public void Add_FailoverOrError_IsKeptWhateverTheShare(string why, RouterResult result, string expected)
    {
        var log = Log(share: 0);
        log.Add(Requests.New(), result);
        var kept = Assert.Single(log.Take(10)).ToKept();
        Assert.True(("req_1", "team-a") == (kept.RequestId, kept.Owner), why);
        Assert.Equal(expected, (string?)JsonNode.Parse(kept.Json)!["result"]);
    }

    [Fact]
    public void Add_AnsweredAtTheFirstAttempt_IsKeptByChance()
    {
        var log = Log(share: 0.01);
        _chance.Value = 0.01;
        log.Add(Requests.New("req_1"), Requests.Answered(Requests.Decide("req_1", "east:200")));
        _chance.Value = 0.0099;
        log.Add(Requests.New("req_2"), Requests.Answered(Requests.Decide("req_2", "east:200")));
        Assert.Equal("req_2", Assert.Single(log.Take(10)).Decision.RequestId);
    }

    [Fact]
    public void Add_ShareOfNone_IsNeverKept()
    {
        var log = Log(share: 0);
        _chance.Value = 0;
        log.Add(Requests.New(), Requests.Answered(Requests.Decide("req_1", "east:200")));
        Assert.Empty(log.Take(10));
    }

    [Fact]
    public void Add_ShareOfAllButNothingWasDecided_IsNotKept()
    {
        var log = Log(share: 1);
        log.Add(Requests.New(), Requests.Answered(Decision.Empty("req_0", "")));
        Assert.Empty(log.Take(10));
    }

    [Fact]
    public void Add_CallerAskedFor202AndADeploymentIsAvailable_IsNoFailure()
    {
        var log = Log(share: 0);
        log.Add(Requests.New(), Requests.Accepted(Requests.Decide("req_1")));
        Assert.Empty(log.Take(10));
    }

    [Fact]
    public void Add_TwinOfAQueuedRequest_LeavesTheDecisionOfThatRequestAlone()
    {
        var log = Log(share: 1);
        log.Add(Requests.New("req_2"), Requests.Accepted(Decision.Empty("req_1", "gpt")));
        Assert.Empty(log.Take(10));
    }

    [Fact]
    public void Add_NoModelWasFound_KeepsTheErrorAndNoMoreOfTheNameThanAName()
    {
        var log = Log(share: 0);
        log.Add(Requests.New(model: new string('x', 100_000)), Requests.Refused(null, 404));
        var json = JsonNode.Parse(Assert.Single(log.Take(10)).ToKept().Json)!;
        Assert.Equal(256, ((string)json["model"]!).Length);
        Assert.Equal((404, "no_deployment_available"), ((int)json["status"]!, (string)json["error"]!));
    }

    [Fact]
    public void Add_Full_DropsTheNewestAndCounts()
    {
        var log = Log(share: 1, buffer: 3);
        for (var i = 0; i < 5; i++)
            log.Add(Requests.New($"req_{i}"), Requests.Answered(Requests.Decide($"req_{i}", "east:200")));
        Assert.Equal(2, log.Dropped);
        Assert.Equal(["req_0", "req_1"], log.Take(2).Select(one => one.Decision.RequestId));
        Assert.Equal(["req_2"], log.Take(2).Select(one => one.Decision.RequestId));
    }

    [Fact]
    public void ToKept_OneDecision_SaysWhoWasAskedWhyOthersWereNotAndHowItEnded()
    {
        var log = Log(share: 0);
        log.Add(Requests.New(), Requests.Answered(Requests.Decide("req_1", "east:503", "west:200")));
        var json = JsonNode.Parse(Assert.Single(log.Take(1)).ToKept().Json)!;
        Assert.Equal(["503", "200"], json["attempts"]!.AsArray().Select(attempt => (string)attempt!["outcome"]!));
        Assert.Equal("CircuitOpen", (string?)json["candidates"]![1]!["skipped"]);
        Assert.Equal(Now, json["endedAt"]!.GetValue<DateTimeOffset>());
        Assert.Equal(200, (int)json["status"]!);
        Assert.Equal([1, 1], json["attempts"]!.AsArray().Select(attempt => (double)attempt!["durationSeconds"]!));
        Assert.Equal(0, (double)json["healthAgeSeconds"]!);
    }

    [Fact]
    public void ToKept_Times_AreWrittenPlainly()
    {
        var log = Log(share: 0);
        log.Add(Requests.New(), Requests.Refused(Requests.Decide("req_1")));
        Assert.Contains("+00:00\"", Assert.Single(log.Take(1)).ToKept().Json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200", null, "gpt@west")]
    [InlineData("200", "stream_cut", null)]
    [InlineData("differs", null, null)]
    public void ToKept_StreamThatBroke_SaysWhoFinishedIt(string outcome, string? broke, string? expected)
    {
        var decided = Requests.Decide("req_1", "east:200", $"west:{outcome}");
        var log = Log(share: 0);
        log.Add(Requests.New(), Requests.Answered(decided with
        {
            AnsweredBy = decided.Attempts[0].Deployment,
            Attempts = [decided.Attempts[0] with { Broke = "stream_cut" }, decided.Attempts[1] with { Broke = broke }],
        }));
        Assert.Equal(expected, (string?)JsonNode.Parse(Assert.Single(log.Take(1)).ToKept().Json)!["answeredBy"]);
    }

    private DecisionLog Log(double share, int buffer = 100) => new(new() { Share = share, Buffer = buffer }, _time, _chance);
}
