using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;
using LlmFunctions.Core.Tests.Forwarding;
using LlmFunctions.Core.Tests.Health;
using LlmFunctions.Core.Tests.Replay;
using LlmFunctions.Core.Tests.Routing;
using Microsoft.Extensions.Time.Testing;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>Metrics that do not say whose they are: beside these tests no other runs.</summary>
[Collection("Alone")]
public sealed class UnlabelledMetricsTests : IDisposable
{
    private readonly TelemetryRecorder _recorder = new();

    public void Dispose() => _recorder.Dispose();

    [Fact]
    public async Task RetryBudget_Spent_IsCountedOncePerRequest()
    {
        var bench = new RunBench();
        bench.SpendBudget();
        var run = bench.Begin(["gpt@a", "gpt@b", "gpt@c", "gpt@d"]);
        var (asked, _) = await RunBench.GoAsync(run, RunBench.Broken, RunBench.Broken, RunBench.Broken, RunBench.Broken);
        Assert.Equal("gpt@a gpt@b", asked);
        Assert.Equal([1d], Values("llm_router.retry_budget.refusals"));
    }

    [Fact]
    public void Decision_BeyondTheBuffer_IsCountedAsDropped()
    {
        var log = new DecisionLog(new() { Share = 1, Buffer = 1 }, new FakeTimeProvider(), new EvenRandom());
        for (var i = 0; i < 3; i++)
            log.Add(Requests.New(), Requests.Answered(Requests.Decide("req_1", "east:503", "west:200")));
        Assert.Equal([1d, 1d], Values("llm_router.decisions.dropped"));
    }

    [Fact]
    public async Task Backlog_OfASweep_IsTheAgeOfTheOldestAndZeroWithoutOne()
    {
        var (time, ledger) = (new FakeTimeProvider(), new FakeRequestLedger());
        var age = new BacklogAge(ledger, time, new ListLogger<BacklogAge>());
        var now = time.GetUtcNow();
        await age.TellAsync(CancellationToken.None);
        var row = Requests.Accepted(Requests.Decide("req_1")).Request with { CreatedAt = now, DueAt = now, ExpiresAt = now.AddDays(1) };
        age.Note(await ledger.AddAsync(row, default, CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(90));
        await age.TellAsync(CancellationToken.None);
        Assert.Equal([0d, 90d], Values("llm_router.queue.oldest_age"));
    }

    private IEnumerable<double> Values(string metric) => _recorder.AllMeasured.Where(one => one.Metric == metric).Select(one => one.Value);
}
