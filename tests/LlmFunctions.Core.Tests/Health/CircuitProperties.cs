using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>A circuit under whatever happens, in whatever order.</summary>
public sealed class CircuitProperties
{
    private static readonly TimeSpan Lease = HealthBench.Limit + TimeSpan.FromSeconds(5);

    [Fact]
    public void Report_AnySequence_OpensByThreeInARowOrHalfOfFiveAndByNothingElse() =>
        HealthProperty.Holds(instances: 1, length: 80, () => new OpeningRule().Check);

    [Fact]
    public void Report_AnySequence_BreaksLastFiveThenTenSecondsAndNothingLateMovesThem() => HealthProperty.Holds(instances: 1, length: 80, () => (play, _) =>
    {
        var (before, row, now) = (play.Before, play.State(0).ToRow(), play.Cluster.Now);
        Assert.InRange(row.Generation - before.Generation, 0, 1);
        if (row.Generation == before.Generation)
            Assert.Equal((before.OpenUntil, before.ClosedAt, before.Breaks), (row.OpenUntil, row.ClosedAt, row.Breaks));
        else if (row.OpenUntil is { } until)
            Assert.Equal((before.Breaks + 1, before.Breaks == 0 ? 5 : 10), (row.Breaks, (until - now).TotalSeconds));
        else
            Assert.Equal((now, 0), (row.ClosedAt, row.Breaks));
    });

    [Fact]
    public void TryBegin_AnySequence_NeverDuringABreakButForOneLastResort() => HealthProperty.Holds(instances: 3, length: 150, () =>
    {
        var lastResorts = new HashSet<long>();
        return (play, step) =>
        {
            if (play.Begun is not { } lease)
                return;
            Assert.Equal(play.After.OpenUntil is not null, lease.IsTrial);
            if (step.Act == HealthAct.LastResort)
                Assert.True(lastResorts.Add(lease.Generation), "A break had two last resorts.");
            else
                Assert.False(play.Cluster.Now < play.After.OpenUntil);
        };
    });

    [Fact]
    public void TryBegin_AnySequence_OneTrialAtATime() => HealthProperty.Holds(instances: 3, length: 150, () => (play, _) =>
    {
        var (row, now) = (play.Cluster.Store["gpt@east"], play.Cluster.Now);
        var trials = play.InFlight.Count(lease => lease.IsTrial && lease.Generation == row?.Generation && lease.Began + Lease > now);
        Assert.True(trials <= 1, "Two instances try the same break.");
        if (play.Begun is { IsTrial: true } begun)
            Assert.Equal((begun.Trial, begun.Generation), (row?.TrialId, row!.Generation));
    });

    [Fact]
    public void TryBegin_AnySequence_LoneCallersAreNeverHeldBackAndTheRampHoldsTheOthers() => HealthProperty.Holds(instances: 1, length: 120, () => (play, _) =>
    {
        var (state, now) = (play.State(0), play.Cluster.Now);
        var (row, skip) = (state.ToRow(), state.GetSkipReason(now));
        if (row.OpenUntil is not null || row.ThrottledUntil > now)
            return;
        if (state.InFlight == 0 || row.ClosedAt is null)
            Assert.Null(skip);
        if (play.Begun is { ByProber: false } && row.ClosedAt is { } closed && now - closed < TimeSpan.FromSeconds(16))
            Assert.True(state.InFlight <= 1 << (int)(now - closed).TotalSeconds, "More were let in than the clean seconds allow.");
        if (skip is { Kind: SkipKind.Ramping, Until: var until })
            Assert.InRange(until!.Value, now.AddTicks(1), now.AddSeconds(8));
    });

    [Fact]
    public void ReportProbe_AnySequence_NeverClosesWhatCompletionsOpened() => HealthProperty.Holds(instances: 2, length: 100, () => (play, step) =>
    {
        if (step.Act == HealthAct.Probe && play.Before.OpenUntil is not null && play.After.OpenUntil is null)
            Assert.True(play.Before.OpenedByProbe);
    });

    [Fact]
    public void Merge_AnySequence_AllAgreeOnceAllHaveRead() => HealthProperty.Holds(
        instances: 3,
        length: 100,
        () => (_, _) => { },
        async play =>
        {
            await play.Cluster.ShareAsync();
            if (play.Cluster.Store["gpt@east"] is not { } stored)
                return;
            foreach (var row in play.Cluster.Instances.Select(bench => bench.Get().ToRow()))
            {
                Assert.Equal(
                    (stored.Generation, stored.OpenUntil, stored.ClosedAt, stored.TrialId),
                    (row.Generation, row.OpenUntil, row.ClosedAt, row.TrialId));
                // What lengthens a throttle by less than that is not worth a write.
                Assert.Equal(stored.ThrottledUntil ?? default, row.ThrottledUntil ?? default, TimeSpan.FromSeconds(1));
            }
        });
}
