using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Health.Availability;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Health;
using LlmFunctions.Core.Tests.Health.Availability;

namespace LlmFunctions.Core.Tests.Routing;

public sealed class RequestJournalTests : IDisposable
{
    private static readonly DateTimeOffset Begin = AvailabilityBench.Begin;

    private readonly AvailabilityBench _bench = new();
    private readonly DecisionLog _decisions;
    private readonly RequestJournal _journal;

    public RequestJournalTests()
    {
        var catalogs = new CatalogHolder();
        catalogs.Swap(new(1, "", HealthBench.Catalog(HealthBench.Config(), HealthBench.Config("gpt@west"))));
        _decisions = new(new() { Share = 0 }, _bench.Time, new EvenRandom());
        _journal = new(_decisions, _bench.Tally, catalogs);
    }

    public static TheoryData<RouterResult, RequestFate?> Ends => new()
    {
        { Requests.Answered(Requests.Decide("req_1", "east:200")), RequestFate.Answered },
        { Requests.Answered(Requests.Decide("req_1", "east:400"), 400), RequestFate.Answered },
        { Requests.Broken(Requests.Decide("req_1", "east:200")), RequestFate.Broken },
        { Requests.Refused(Requests.Decide("req_1"), 503), RequestFate.Unanswered },
        { Requests.Refused(Requests.Decide("req_1", "east:timeout"), 504), RequestFate.Unanswered },
        { Requests.Accepted(Requests.Decide("req_1")), RequestFate.Queued },
        { Requests.Refused(Requests.Decide("req_1"), 400), null },
        { new RouterResult.CallerLeft(Requests.Decide("req_1", "east:cancelled")), null },
        { Requests.Answered(Decision.Empty("req_0", "")), null },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Note_OneRequest_CountsWhatBecameOfIt(RouterResult result, RequestFate? expected)
    {
        _journal.Note(Requests.New(), result, null);
        var model = _bench.Tally.Peek().GetValueOrDefault(Begin)?.Models.GetValueOrDefault("gpt") ?? ModelHour.None;
        Assert.Equal(
            (Count(RequestFate.Answered), Count(RequestFate.Unanswered), Count(RequestFate.Broken), Count(RequestFate.Queued)),
            (model.Answered, model.Unanswered, model.Broken, model.Queued));
        long Count(RequestFate fate) => fate == expected ? 1 : 0;
    }

    [Fact]
    public void Note_TwinOfAQueuedRequest_IsNotCountedAgain()
    {
        _journal.Note(Requests.New("req_2"), Requests.Accepted(Decision.Empty("req_1", "gpt")), null);
        Assert.Empty(_bench.Tally.Peek());
    }

    [Fact]
    public void Note_UnknownModelOrReplay_IsNotCounted()
    {
        _journal.Note(Requests.New(model: "whatever"), Requests.Refused(null), null);
        _journal.Note(Requests.New(isReplay: true), Requests.Answered(Requests.Decide("req_1", "east:503", "west:200")), null);
        Assert.Empty(_bench.Tally.Peek());
        Assert.Equal(2, _decisions.Take(10).Count);
    }

    [Fact]
    public void Note_Failover_CountsItsTime()
    {
        var decision = Requests.Decide("req_1") with { Attempts = [Attempt("east", "503", 1), Attempt("east", "503", 1.2), Attempt("west", "200", 2.5)] };
        _journal.Note(Requests.New(), Requests.Answered(decision), null);
        var failovers = _bench.Tally.Peek()[Begin].Models["gpt"].Failovers;
        Assert.Equal((1, TimeSpan.FromSeconds(1.5)), (failovers.Count, failovers.Longest));
    }

    [Fact]
    public void FailoverTime_SuccessAtTheSameDeployment_IsNone() =>
        Assert.Null(RequestJournal.FailoverTimeOf([Attempt("east", "503", 1), Attempt("east", "200", 2)]));

    [Fact]
    public void FailoverTime_NoFailureOrNoSuccess_IsNone()
    {
        Assert.Null(RequestJournal.FailoverTimeOf([]));
        Assert.Null(RequestJournal.FailoverTimeOf([Attempt("east", "200", 1)]));
        Assert.Null(RequestJournal.FailoverTimeOf([Attempt("east", "timeout", 1), Attempt("west", "400", 2)]));
    }

    [Fact]
    public void FailoverTime_ClockWasSetBack_IsNoneLong() =>
        Assert.Equal(TimeSpan.Zero, RequestJournal.FailoverTimeOf([Attempt("east", "503", 5), Attempt("west", "200", 2)]));

    public void Dispose() => _bench.Dispose();

    private static AttemptRecord Attempt(string endpoint, string outcome, double endedAt) =>
        new(new("gpt", endpoint), outcome, TimeSpan.FromSeconds(1), false) { EndedAt = Begin.AddSeconds(endedAt) };
}
