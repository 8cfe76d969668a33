using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;
using LlmFunctions.Core.Selection;

namespace LlmFunctions.Core.Tests.Selection;

/// <summary>What tells each policy from the others, where all of a tier are available: the best, ties and concurrent callers.</summary>
public sealed class PolicyTests
{
    private const int Callers = 4;
    private static readonly RankedPlace[] Three = [new(), new(), new()];

    [Fact]
    public void Weighted_AllAvailable_DrawsEachPlaceFromThoseThatRemain()
    {
        const int Requests = 6000;
        var bench = new RankerBench(SelectionPolicyKind.Weighted, new(7), [new(Weight: 1), new(Weight: 2), new(Weight: 3)]);
        var orders = Enumerable.Range(0, Requests).CountBy(_ => OrderOf(bench)).ToDictionary();
        // 3/6, then 2/3 of the rest; 1/6, then 2/5 of the rest.
        AssertShare(orders["e2 e1 e0"], Requests, 1 / 3.0);
        AssertShare(orders["e0 e1 e2"], Requests, 1 / 15.0);
    }

    [Fact]
    public void RoundRobin_AllAvailable_BeginsOneFurtherEachTime()
    {
        var bench = new RankerBench(SelectionPolicyKind.RoundRobin, new(1), Three);
        Assert.Equal(["e0 e1 e2", "e1 e2 e0", "e2 e0 e1", "e0 e1 e2"], Enumerable.Range(0, 4).Select(_ => OrderOf(bench)));
    }

    [Fact]
    public void RoundRobin_TwoTiers_EachHasItsOwnTurns()
    {
        var bench = new RankerBench(SelectionPolicyKind.RoundRobin, new(1), [new(), new(), new(1), new(1), new(1)]);
        Assert.Equal(["e0 e1 e2 e3 e4", "e1 e0 e3 e4 e2", "e0 e1 e4 e2 e3"], Enumerable.Range(0, 3).Select(_ => OrderOf(bench)));
    }

    [Fact]
    public async Task RoundRobin_ConcurrentCallers_GiveEachExactlyItsShare()
    {
        var bench = new RankerBench(SelectionPolicyKind.RoundRobin, new(1), Three);
        var firsts = await AskAsync(3000, _ => bench.First());
        Assert.Equal([4000, 4000, 4000], firsts.CountBy(one => one).Select(one => one.Value));
    }

    [Fact]
    public void LeastBusy_OfTwo_IsAlwaysTheOneWithFewerInFlight()
    {
        var bench = new RankerBench(SelectionPolicyKind.LeastBusy, new(1), [new(), new()]);
        var lease = bench.Begin(bench.States[0]);
        Assert.All(Firsts(bench, 50), first => Assert.Equal(bench.States[1], first));
        lease.Dispose();
        bench.Begin(bench.States[1]);
        Assert.All(Firsts(bench, 50), first => Assert.Equal(bench.States[0], first));
    }

    [Fact]
    public void LeastBusy_OfThree_IsNeverTheBusiest()
    {
        var bench = new RankerBench(SelectionPolicyKind.LeastBusy, new(1), Three);
        bench.Begin(bench.States[1]);
        bench.Begin(bench.States[1]);
        bench.Begin(bench.States[2]);
        Assert.Equal(["e0", "e2"], Firsts(bench, 200).Select(first => first.Id.Endpoint).Distinct().Order());
    }

    // At random 12,000 would lie about a hundred apart.
    [Fact]
    public async Task LeastBusy_ConcurrentCallersThatStayInFlight_AreSpreadEvenly()
    {
        var bench = new RankerBench(SelectionPolicyKind.LeastBusy, Random.Shared, Three);
        await AskAsync(3000, _ => bench.Begin(bench.First()).State);
        Assert.Equal(Callers * 3000, bench.States.Sum(state => state.InFlight));
        Assert.InRange(bench.States.Max(state => state.InFlight) - bench.States.Min(state => state.InFlight), 0, 20);
    }

    [Fact]
    public void Fastest_OfTwo_IsTheQuickerOneUntilItsQueueEatsUpItsLead()
    {
        var bench = new RankerBench(SelectionPolicyKind.Fastest, new(1), [new(), new()]);
        Answer(bench, 0, TimeSpan.FromSeconds(1));
        Answer(bench, 1, TimeSpan.FromSeconds(3));
        Assert.All(Firsts(bench, 50), first => Assert.Equal(bench.States[0], first));
        for (var i = 0; i < 3; i++)
            bench.Begin(bench.States[0]);
        // Four seconds in the quicker one's queue, three at the other.
        Assert.All(Firsts(bench, 50), first => Assert.Equal(bench.States[1], first));
    }

    [Fact]
    public void Fastest_NeverMeasured_IsTriedBeforeTheQuickest()
    {
        var bench = new RankerBench(SelectionPolicyKind.Fastest, new(1), [new(), new()]);
        Answer(bench, 0, TimeSpan.FromMilliseconds(1));
        Assert.All(Firsts(bench, 50), first => Assert.Equal(bench.States[1], first));
    }

    [Fact]
    public void Fastest_OneSlowAnswer_CountsAtOnceAndIsForgottenInTime()
    {
        var bench = new RankerBench(SelectionPolicyKind.Fastest, new(1), [new(), new()]);
        Answer(bench, 0, TimeSpan.FromSeconds(1));
        Answer(bench, 1, TimeSpan.FromSeconds(2));
        Answer(bench, 0, TimeSpan.FromSeconds(9));
        Assert.All(Firsts(bench, 50), first => Assert.Equal(bench.States[1], first));
        bench.Advance(TimeSpan.FromSeconds(30));
        Answer(bench, 1, TimeSpan.FromSeconds(2));
        Assert.All(Firsts(bench, 50), first => Assert.Equal(bench.States[0], first));
    }

    [Fact]
    public async Task Fastest_ConcurrentCallersThatStayInFlight_AreSpreadByTheirSpeed()
    {
        var bench = new RankerBench(SelectionPolicyKind.Fastest, Random.Shared, [new(), new()]);
        Answer(bench, 0, TimeSpan.FromSeconds(1));
        Answer(bench, 1, TimeSpan.FromSeconds(3));
        await AskAsync(300, _ => bench.Begin(bench.First()).State);
        // Three quarters of 1,200 go to the one that is three times as fast; each caller may be one choice behind.
        Assert.InRange(bench.States[0].InFlight, 890, 910);
    }

    [Fact]
    public void Sticky_OneLeaves_OnlyItsKeysMoveAndToEachOfTheOthers()
    {
        var bench = new RankerBench(SelectionPolicyKind.Sticky, new(1), [new(), new(), new(), new()]);
        var keys = Enumerable.Range(0, 400).Select(i => $"key {i}").ToList();
        var before = keys.ToDictionary(key => key, bench.First);
        bench.Put(bench.States[1], Condition.Draining);
        Assert.All(keys.Where(key => before[key] != bench.States[1]), key => Assert.Equal(before[key], bench.First(key)));
        Assert.Equal(["e0", "e2", "e3"], keys.Where(key => before[key] == bench.States[1]).Select(key => bench.First(key).Id.Endpoint).Distinct().Order());
    }

    [Fact]
    public void Sticky_AnotherInstance_SendsEveryKeyToTheSameDeployment()
    {
        var (one, other) = (new RankerBench(SelectionPolicyKind.Sticky, new(1), Three), new RankerBench(SelectionPolicyKind.Sticky, new(2), Three));
        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(one.First($"key {i}").Id, other.First($"key {i}").Id));
    }

    [Fact]
    public void Sticky_EqualWeights_HaveOneOrderPerKeyWhateverOrderTheyComeIn()
    {
        var bench = new RankerBench(SelectionPolicyKind.Sticky, new(1), Three);
        for (var i = 0; i < 100; i++)
        {
            DeploymentState[] forwards = [.. bench.States], backwards = [.. bench.States.Reverse()];
            new StickyPolicy().Order(forwards, $"key {i}");
            new StickyPolicy().Order(backwards, $"key {i}");
            Assert.Equal(forwards, backwards);
        }
    }

    [Fact]
    public void Sticky_NoKey_StaysWithOneDeployment() =>
        Assert.Single(Firsts(new RankerBench(SelectionPolicyKind.Sticky, new(1), Three), 50).Distinct());

    [Fact]
    public async Task Sticky_ConcurrentCallers_AgreeOnEveryKey()
    {
        var bench = new RankerBench(SelectionPolicyKind.Sticky, new(1), Three);
        var firsts = new System.Collections.Concurrent.ConcurrentDictionary<(int Key, DeploymentState First), bool>();
        await AskAsync(500, i =>
        {
            var first = bench.First($"key {i}");
            firsts[(i, first)] = true;
            return first;
        });
        Assert.Equal(500, firsts.Count);
    }

    private static string OrderOf(RankerBench bench) => string.Join(" ", bench.Rank().Select(candidate => candidate.State.Id.Endpoint));

    private static List<DeploymentState> Firsts(RankerBench bench, int times) => [.. Enumerable.Range(0, times).Select(_ => bench.First())];

    private static void Answer(RankerBench bench, int place, TimeSpan firstContent)
    {
        using var lease = bench.Begin(bench.States[place]);
        lease.Report(new HealthSignal.Success(firstContent));
    }

    private static async Task<DeploymentState[]> AskAsync(int each, Func<int, DeploymentState> ask) =>
        [.. (await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => Enumerable.Range(0, each).Select(ask).ToList())))).SelectMany(one => one)];

    // Six standard deviations of a binomial.
    private static void AssertShare(int observed, int of, double share)
    {
        var deviation = Math.Sqrt(of * share * (1 - share));
        Assert.InRange(observed, (of * share) - (6 * deviation), (of * share) + (6 * deviation));
    }
}
