using LlmFunctions.Core.Health;
using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

public sealed class AvailabilityTallyTests : IDisposable
{
    private static readonly DateTimeOffset Begin = AvailabilityBench.Begin;

    private readonly AvailabilityBench _bench = new();

    [Fact]
    public void Collect_AttemptsAndProbes_AreEvidenceWhateverTheyTaught()
    {
        _bench.Health.Succeed(_bench.East);
        Advance(10);
        _bench.Health.Fail(_bench.East);
        Advance(10);
        _bench.Health.Report(_bench.East, new HealthSignal.Throttled(TimeSpan.FromMilliseconds(1)));
        Advance(10);
        _bench.Health.Report(_bench.East, HealthSignal.None.Instance);
        _bench.Tally.Collect();
        Assert.Equal([new Period(Begin, Begin.AddSeconds(20))], SeenIn(Begin));
        Assert.Empty(_bench.Tally.Peek()[Begin].Deployments["gpt@west"].SeenIn(Begin));
    }

    [Fact]
    public void Collect_ConnectionFailures_AreEvidenceAboutTheSiblingsToo()
    {
        _bench.Health.Apply(HealthBench.Config(), HealthBench.Config("other@east"));
        _bench.Health.Fail(_bench.East, 1, FailureKind.Connection);
        _bench.Tally.Collect();
        Assert.Single(_bench.Tally.Peek()[Begin].Deployments["other@east"].SeenIn(Begin));
    }

    [Fact]
    public void Collect_AcrossTheHour_IsSplitThere()
    {
        Advance(3_590);
        _bench.Health.Succeed(_bench.East);
        Advance(20);
        _bench.Health.Succeed(_bench.East);
        _bench.Tally.Collect();
        Assert.Equal([new Period(Begin.AddSeconds(3_590), Begin.AddSeconds(3_600))], SeenIn(Begin));
        Assert.Equal([new Period(Begin.AddSeconds(3_600), Begin.AddSeconds(3_610))], SeenIn(Begin.AddHours(1)));
    }

    [Fact]
    public void Collect_SilenceLongerThanEvidenceHolds_LeavesAGap()
    {
        _bench.Live(10);
        Advance(299);
        _bench.Live(10);
        Advance(301);
        _bench.Live(10);
        Assert.Equal([new Period(Begin.AddSeconds(1), Begin.AddSeconds(319)), new Period(Begin.AddSeconds(621), Begin.AddSeconds(630))], SeenIn(Begin));
    }

    [Fact]
    public void Collect_NothingLearnt_HasNothingToWrite()
    {
        _bench.Tally.Collect();
        Assert.Empty(_bench.Tally.TakeChanged());
    }

    [Fact]
    public void Collect_HoursLongOver_AreForgotten()
    {
        for (var hour = 0; hour < 5; hour++)
        {
            _bench.Live(1);
            Advance(3_600);
        }

        _bench.Live(1);
        Assert.Equal([Begin.AddHours(4), Begin.AddHours(5)], _bench.Tally.Peek().Keys.Order());
    }

    [Fact]
    public void TakeChanged_Twice_IsEmptyUntilSomethingIsNewOrWasNotWritten()
    {
        _bench.Live(1);
        Assert.Single(_bench.Tally.TakeChanged());
        Assert.Empty(_bench.Tally.TakeChanged());
        _bench.Tally.SetChanged(Begin);
        Assert.Single(_bench.Tally.TakeChanged());
        _bench.Tally.AddRequest("gpt", RequestFate.Answered, null);
        Assert.Equal(1, Assert.Single(_bench.Tally.TakeChanged()).Sheet.Models["gpt"].Answered);
    }

    [Fact]
    public void AddRequest_ManyAtOnce_CountsEachOnce()
    {
        Parallel.For(0, 4_000, i => _bench.Tally.AddRequest("gpt", (RequestFate)(i % 4), i % 40 == 0 ? TimeSpan.FromSeconds(1) : null));
        var model = _bench.Tally.Peek()[Begin].Models["gpt"];
        Assert.Equal((1_000, 1_000, 1_000, 1_000, 100), (model.Answered, model.Unanswered, model.Broken, model.Queued, model.Failovers.Count));
    }

    public void Dispose() => _bench.Dispose();

    private IEnumerable<Period> SeenIn(DateTimeOffset hour) => _bench.Tally.Peek()[hour].Deployments["gpt@east"].SeenIn(hour);

    private void Advance(int seconds) => _bench.Time.Advance(TimeSpan.FromSeconds(seconds));
}
