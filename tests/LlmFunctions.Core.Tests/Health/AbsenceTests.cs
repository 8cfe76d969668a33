using LlmFunctions.Core.Health;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>Throttled, misconfigured, draining, full.</summary>
public sealed class AbsenceTests
{
    private readonly HealthBench _bench = new();

    [Fact]
    public void Throttled_NoWaitGivenAndRepeated_DoublesFromFiveToSixtySeconds()
    {
        var state = _bench.Get();
        var waits = new List<double>();
        for (var i = 0; i < 6; i++)
            waits.Add(ThrottleAndWait(state, null));
        Assert.Equal([5, 10, 20, 40, 60, 60], waits);
    }

    [Fact]
    public void Throttled_SuccessInBetween_BeginsAtFiveSecondsAgain()
    {
        var state = _bench.Get();
        ThrottleAndWait(state, null);
        ThrottleAndWait(state, null);
        _bench.Succeed(state);
        Assert.Equal(5, ThrottleAndWait(state, null));
    }

    [Fact]
    public void Throttled_AttemptsRefusedTogether_CountOnce()
    {
        var state = _bench.Get();
        var leases = Enumerable.Range(0, 5).Select(_ => state.TryBegin(_bench.Now, HealthBench.Limit)!).ToList();
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        leases.ForEach(lease => lease.Report(new HealthSignal.Throttled(null)));
        Assert.Equal(_bench.Now.AddSeconds(5), state.GetSkipReason(_bench.Now)?.Until);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Throttled_ZeroOrNegativeWait_CountsAsNoneGiven(int seconds) =>
        Assert.Equal(5, ThrottleAndWait(_bench.Get(), TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Throttled_GivenWaitBeyondTrust_IsCappedAtTenMinutes() =>
        Assert.Equal(600, ThrottleAndWait(_bench.Get(), TimeSpan.MaxValue));

    [Fact]
    public void Throttled_LaterReport_LengthensButNeverShortens()
    {
        var state = _bench.Get();
        var leases = Enumerable.Range(0, 3).Select(_ => state.TryBegin(_bench.Now, HealthBench.Limit)!).ToList();
        var until = new List<DateTimeOffset?>();
        foreach (var (lease, seconds) in leases.Zip([20, 3, 30]))
        {
            lease.Report(new HealthSignal.Throttled(TimeSpan.FromSeconds(seconds)));
            until.Add(state.GetSkipReason(_bench.Now)?.Until);
        }

        Assert.Equal([_bench.Now.AddSeconds(20), _bench.Now.AddSeconds(20), _bench.Now.AddSeconds(30)], until);
    }

    [Fact]
    public void Throttled_ThreeTimes_IsNoFailure()
    {
        var state = _bench.Get();
        for (var i = 0; i < 6; i++)
            ThrottleAndWait(state, TimeSpan.FromSeconds(1));
        Assert.Equal(0, state.ToRow().Generation);
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Misconfigured_Reported_IsOutForFiveMinutesWithOneAlert()
    {
        var state = _bench.Get();
        var leases = Enumerable.Range(0, 3).Select(_ => state.TryBegin(_bench.Now, HealthBench.Limit)!).ToList();
        leases.ForEach(lease => lease.Report(new HealthSignal.Misconfigured("401 from east")));
        Assert.Equal(new SkipReason(SkipKind.Misconfigured, _bench.Now.AddMinutes(5)), state.GetSkipReason(_bench.Now));
        Assert.Null(state.GetSkipReason(_bench.Now.AddMinutes(5)));
        var alert = Assert.Single(_bench.Log.Lines, line => line.Level == LogLevel.Error);
        Assert.Contains("gpt@east", alert.Message);
        Assert.Contains("401 from east", alert.Message);
    }

    [Fact]
    public void Misconfigured_CompletionOfTheProber_EndsIt()
    {
        var state = _bench.Get();
        _bench.Report(state, new HealthSignal.Misconfigured("401"));
        using var probe = state.TryBeginProbe(_bench.Now, HealthBench.Limit);
        probe!.Report(new HealthSignal.Success(TimeSpan.Zero));
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void Misconfigured_SuccessOfAnEarlierAttempt_DoesNotEndIt()
    {
        var state = _bench.Get();
        using var early = state.TryBegin(_bench.Now, HealthBench.Limit);
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        _bench.Report(state, new HealthSignal.Misconfigured("401"));
        early!.Report(new HealthSignal.Success(TimeSpan.Zero));
        Assert.Equal(SkipKind.Misconfigured, state.GetSkipReason(_bench.Now)?.Kind);
    }

    [Fact]
    public void Misconfigured_CatalogWithAnotherNameThere_EndsIt()
    {
        _bench.Apply(HealthBench.Config());
        var state = _bench.Get();
        _bench.Report(state, new HealthSignal.Misconfigured("DeploymentNotFound"));
        _bench.Apply(HealthBench.Config());
        Assert.Equal(SkipKind.Misconfigured, state.GetSkipReason(_bench.Now)?.Kind);
        _bench.Apply(HealthBench.Config(nameThere: "gpt-mended"));
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void SetDraining_WhileInFlight_TakesNoNewAttempts()
    {
        var state = _bench.Get();
        using var lease = state.TryBegin(_bench.Now, HealthBench.Limit);
        state.SetDraining(true);
        Assert.Equal(new SkipReason(SkipKind.Draining, null), state.GetSkipReason(_bench.Now));
        Assert.Null(state.TryBegin(_bench.Now, HealthBench.Limit));
        state.SetDraining(false);
        Assert.Null(state.GetSkipReason(_bench.Now));
    }

    [Fact]
    public void GetSkipReason_SeveralReasons_NamesThemInOrder()
    {
        var state = _bench.Get(HealthBench.Config(maxConcurrent: 4));
        var leases = Enumerable.Range(0, 4).Select(_ => state.TryBegin(_bench.Now, HealthBench.Limit)!).ToList();
        Assert.Equal(SkipKind.Full, state.GetSkipReason(_bench.Now)?.Kind);
        for (var i = 0; i < 3; i++)
            leases[i].Report(new HealthSignal.Failure(FailureKind.Status));
        Assert.Equal(SkipKind.CircuitOpen, state.GetSkipReason(_bench.Now)?.Kind);
        leases[3].Report(new HealthSignal.Throttled(TimeSpan.FromMinutes(1)));
        Assert.Equal(SkipKind.Throttled, state.GetSkipReason(_bench.Now)?.Kind);
        state.Merge(state.ToRow() with { MisconfiguredUntil = _bench.Now.AddMinutes(5), MisconfiguredReason = "402" });
        Assert.Equal(SkipKind.Misconfigured, state.GetSkipReason(_bench.Now)?.Kind);
        state.SetDraining(true);
        Assert.Equal(SkipKind.Draining, state.GetSkipReason(_bench.Now)?.Kind);
    }

    [Fact]
    public void TryBegin_Full_WaitsForALeaseToEnd()
    {
        var state = _bench.Get(HealthBench.Config(maxConcurrent: 1));
        var lease = state.TryBegin(_bench.Now, HealthBench.Limit)!;
        Assert.Null(state.TryBegin(_bench.Now, HealthBench.Limit));
        lease.Dispose();
        lease.Dispose();
        Assert.Equal(0, state.InFlight);
        Assert.NotNull(state.TryBegin(_bench.Now, HealthBench.Limit));
    }

    [Fact]
    public async Task TryBegin_ManyThreads_NeverExceedsMaxConcurrent()
    {
        var state = _bench.Get(HealthBench.Config(maxConcurrent: 3));
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                using var lease = state.TryBegin(_bench.Now, HealthBench.Limit);
                if (state.InFlight > Volatile.Read(ref most))
                    Volatile.Write(ref most, state.InFlight);
            }
        })));
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, state.InFlight);
    }

    [Fact]
    public void Latency_SlowAnswer_PeaksAtOnceAndFadesOverTenSeconds()
    {
        var state = _bench.Get();
        Assert.Null(state.Latency);
        _bench.Report(state, new HealthSignal.Success(TimeSpan.FromSeconds(1)));
        _bench.Report(state, new HealthSignal.Success(TimeSpan.FromSeconds(4)));
        Assert.Equal(TimeSpan.FromSeconds(4), state.Latency);
        _bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(4 / Math.E, state.Latency!.Value.TotalSeconds, 3);
        _bench.Report(state, new HealthSignal.Success(TimeSpan.FromSeconds(1)));
        Assert.Equal((4 / Math.E) + (1 - (1 / Math.E)), state.Latency!.Value.TotalSeconds, 3);
    }

    private double ThrottleAndWait(DeploymentState state, TimeSpan? wait)
    {
        _bench.Report(state, new HealthSignal.Throttled(wait));
        var until = state.GetSkipReason(_bench.Now)?.Until;
        Assert.NotNull(until);
        var length = until.Value - _bench.Now;
        _bench.Time.Advance(length);
        return length.TotalSeconds;
    }
}
