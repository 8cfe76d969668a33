using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Selection;

/// <summary>Each policy with none, one, all, ties and concurrent callers; remainders.</summary>
public sealed class RankerTests
{
    public static TheoryData<SelectionPolicyKind> Policies => [.. Enum.GetValues<SelectionPolicyKind>()];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Rank_NoneAvailable_KeepsTheOrderOfTheCatalog(SelectionPolicyKind policy)
    {
        var bench = new RankerBench(policy, new(1), [new(1, 1, Condition.Open), new(0, 9, Condition.Draining), new(0, 1, Condition.Throttled)]);
        Assert.Equal(
            [("e1", SkipKind.Draining), ("e2", SkipKind.Throttled), ("e0", SkipKind.CircuitOpen)],
            bench.Rank().Select(c => (c.State.Id.Endpoint, c.Skip!.Value.Kind)));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Rank_OneAvailableInTheTier_IsFirst(SelectionPolicyKind policy)
    {
        var bench = new RankerBench(policy, new(1), [new(0, 1, Condition.Open), new(0, 1, Condition.Open), new(), new(1)]);
        for (var i = 0; i < 20; i++)
            Assert.Equal(["e2", "e0", "e1", "e3"], bench.Rank($"key {i}").Select(c => c.State.Id.Endpoint));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Rank_ConcurrentCallers_EachGetTheWholeTier(SelectionPolicyKind policy)
    {
        var bench = new RankerBench(policy, Random.Shared, [new(), new(), new(1), new()]);
        var ranked = await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(() =>
            Enumerable.Range(0, 2000).Select(i => bench.Rank($"key {caller} {i}")).ToList())));
        Assert.All(ranked.SelectMany(one => one), candidates =>
        {
            Assert.Equal(["e0", "e1", "e2", "e3"], candidates.Select(c => c.State.Id.Endpoint).Order());
            Assert.Equal("e2", candidates[^1].State.Id.Endpoint);
        });
    }

    [Theory]
    [InlineData(SelectionPolicyKind.Weighted)]
    [InlineData(SelectionPolicyKind.RoundRobin)]
    [InlineData(SelectionPolicyKind.LeastBusy)]
    [InlineData(SelectionPolicyKind.Fastest)]
    public void Rank_Ties_GoToEachInTime(SelectionPolicyKind policy)
    {
        var bench = new RankerBench(policy, new(1), [new(), new(), new()]);
        Assert.Equal(["e0", "e1", "e2"], Enumerable.Range(0, 100).Select(_ => bench.First().Id.Endpoint).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Rank_RequestDoesNotFitIntoWhatIsLeft_GoesBehindItsSiblingsUntilTheReset(SelectionPolicyKind policy)
    {
        var bench = new RankerBench(policy, new(1), [new(0, 20, Condition.Short), new(), new(1)]);
        for (var i = 0; i < 20; i++)
            Assert.Equal(["e1", "e0", "e2"], bench.Rank($"key {i}").Select(c => c.State.Id.Endpoint));
        Assert.NotNull(bench.Rank()[1].ShortUntil);

        bench.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("e0", Enumerable.Range(0, 100).Select(i => bench.First($"key {i}").Id.Endpoint));
        Assert.All(bench.Rank(), candidate => Assert.Null(candidate.ShortUntil));
    }

    [Fact]
    public void Rank_AloneAndShort_IsAskedAllTheSame()
    {
        var bench = new RankerBench(SelectionPolicyKind.Weighted, new(1), [new(0, 1, Condition.Short), new(1)]);
        var ranked = bench.Rank();
        Assert.Equal(["e0", "e1"], ranked.Select(c => c.State.Id.Endpoint));
        Assert.Null(ranked[0].Skip);
    }

    [Fact]
    public void Rank_OperationNobodyServes_IsEmpty() =>
        Assert.Empty(new RankerBench(SelectionPolicyKind.Weighted, new(1), [new(), new()]).Rank(operation: ApiOperation.Messages));
}
