using System.Diagnostics;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Health;
using LlmFunctions.Core.Tests.Health.Availability;
using LlmFunctions.Core.Tests.Routing;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>What a whole request tells.</summary>
public sealed class RequestTelemetryTests : IDisposable
{
    private readonly TelemetryRecorder _recorder = new();
    private readonly string _model = TelemetryRecorder.NewName("model");
    private readonly string _id = TelemetryRecorder.NewName("req_");
    private readonly AvailabilityBench _bench = new();
    private readonly RequestJournal _journal;

    public RequestTelemetryTests()
    {
        var catalogs = new CatalogHolder();
        catalogs.Swap(new(1, "", HealthBench.Catalog(HealthBench.Config($"{_model}@east"))));
        _journal = new(new(new() { Share = 0 }, _bench.Time, new EvenRandom()), _bench.Tally, catalogs);
    }

    /// <summary>The result, its labels <c>llm_router.result</c> and <c>error.type</c>, and whether the span is an error.</summary>
    public static TheoryData<RouterResult, string, string?, bool> Ends => new()
    {
        { Requests.Answered(Requests.Decide("req_1", "east:200")), "answered", null, false },
        { Requests.Answered(Requests.Decide("req_1", "east:400"), 400), "answered", "400", false },
        { Requests.Answered(Requests.Decide("req_1", "east:503"), 503), "answered", "503", true },
        { Requests.Broken(Requests.Decide("req_1", "east:200")), "broken", "stream_broken", true },
        { Requests.Refused(Requests.Decide("req_1"), 503), "refused", "no_deployment_available", true },
        { Requests.Refused(Requests.Decide("req_1"), 404), "refused", "no_deployment_available", false },
        { Requests.Accepted(Requests.Decide("req_1")), "queued", null, false },
        { new RouterResult.CallerLeft(Requests.Decide("req_1", "east:cancelled")), "callerLeft", null, false },
    };

    public void Dispose()
    {
        _recorder.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void Request_OneEnd_IsOnItsSpanAndCountedOnce(RouterResult result, string end, string? error, bool isError)
    {
        var span = Go(Requests.New(_id, model: _model), result);
        Assert.Equal((end, error, isError), (span.GetTagItem("llm_router.result"), span.GetTagItem("error.type"), span.Status == ActivityStatusCode.Error));

        var counted = Assert.Single(_recorder.Points("llm_router.requests", "llm_router.model", _model));
        Assert.Equal((end, error, 1d, "{request}"), (counted["llm_router.result"], counted["error.type"], counted.Value, counted.Unit));
    }

    [Fact]
    public void Request_Failover_HasTheGistOfItsDecisionAndItsTime()
    {
        var begin = AvailabilityBench.Begin;
        var decision = Requests.Decide("req_1") with
        {
            Attempts = [Attempt("east", "503", begin.AddSeconds(1)), Attempt("west", "200", begin.AddSeconds(2.5))],
            AnsweredBy = new("gpt", "west"),
        };
        var span = Go(Requests.New(_id, model: _model), Requests.Answered(decision));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["llm_router.model"] = _model,
                ["llm_router.request_id"] = _id,
                ["llm_router.result"] = "answered",
                ["llm_router.attempts"] = 2,
                ["llm_router.failover"] = true,
                ["llm_router.deployment"] = "gpt@west",
            },
            span.TagObjects.ToDictionary());
        Assert.Equal(($"route {_model}", ActivityKind.Internal), (span.DisplayName, span.Kind));
        var time = Assert.Single(_recorder.Points("llm_router.failover.duration", "llm_router.model", _model));
        Assert.Equal((1.5, "s"), (time.Value, time.Unit));
    }

    [Fact]
    public void Request_SecondAttemptAtTheSame_IsNoFailover()
    {
        var span = Go(Requests.New(_id, model: _model), Requests.Answered(Requests.Decide("req_1", "east:503", "east:200")));
        Assert.Equal((2, false), (span.GetTagItem("llm_router.attempts"), span.GetTagItem("llm_router.failover")));
        Assert.Empty(_recorder.Points("llm_router.failover.duration", "llm_router.model", _model));
    }

    [Fact]
    public void Request_UnknownModel_IsOtherOnTheSpanAndInTheCount()
    {
        var unknown = TelemetryRecorder.NewName("unknown");
        var span = Go(Requests.New(_id, owner: "some-team", model: unknown), Requests.Refused(null, 404));
        Assert.Equal(("route", "_OTHER"), (span.DisplayName, span.GetTagItem("llm_router.model")));
        Assert.NotEmpty(_recorder.Points("llm_router.requests", "llm_router.model", "_OTHER"));
        foreach (var text in new[] { unknown, "some-team" })
        {
            Assert.DoesNotContain(_recorder.AllSpans.SelectMany(one => one.TagObjects), tag => Equals(tag.Value, text));
            Assert.DoesNotContain(_recorder.AllMeasured.SelectMany(one => one.Labels), tag => Equals(tag.Value, text));
        }
    }

    [Fact]
    public void Request_OutOfTheQueue_HasASpanThatSaysSoAndIsNotCountedAgain()
    {
        var span = Go(Requests.New(_id, model: _model, isReplay: true), Requests.Answered(Requests.Decide("req_1", "east:200")));
        Assert.Equal(true, span.GetTagItem("llm_router.replay"));
        Assert.Empty(_recorder.Points("llm_router.requests", "llm_router.model", _model));
    }

    [Fact]
    public void Request_IdsAndCallers_AreNoLabelsOfMetrics()
    {
        Go(Requests.New(_id, owner: "some-team", model: _model), Requests.Accepted(Requests.Decide("req_1")));
        Assert.All(_recorder.AllMeasured, one => Assert.DoesNotContain("llm_router.request_id", one.Labels.Keys));
        Assert.DoesNotContain(_recorder.AllSpans.SelectMany(one => one.TagObjects), tag => Equals(tag.Value, "some-team"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Request_WithACallersTrace_IsBelowTheCurrentSpanOrElseBelowTheCallers(bool isBelowAnother)
    {
        var callers = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
        using var above = isBelowAnother ? new Activity("above").Start() : null;
        using (_journal.Begin(Requests.New(_id, model: _model), callers))
        {
        }

        var span = Assert.Single(_recorder.Spans("llm_router.request_id", _id));
        Assert.Equal((above?.SpanId ?? callers.SpanId, above?.TraceId ?? callers.TraceId), (span.ParentSpanId, span.TraceId));
    }

    private static AttemptRecord Attempt(string endpoint, string outcome, DateTimeOffset end) =>
        new(new("gpt", endpoint), outcome, TimeSpan.FromSeconds(1), false) { EndedAt = end };

    private Activity Go(RouterRequest request, RouterResult result)
    {
        using (var span = _journal.Begin(request))
            _journal.Note(request, result, span);
        return Assert.Single(_recorder.Spans("llm_router.request_id", _id));
    }
}
