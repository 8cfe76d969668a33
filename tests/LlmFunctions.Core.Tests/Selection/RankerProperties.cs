using FsCheck;
using FsCheck.Fluent;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Selection;

namespace LlmFunctions.Core.Tests.Selection;

/// <summary>What holds for every catalog, every policy and every state of health.</summary>
public sealed class RankerProperties
{
    private static Gen<RankedPlace> Places =>
        Gen.Choose(0, 3).SelectMany(tier => Gen.Choose(1, 20).SelectMany(weight =>
            Gen.Frequency(
                    (4, Gen.Constant(Condition.Available)), (2, Gen.Constant(Condition.Short)), (1, Gen.Constant(Condition.Draining)),
                    (1, Gen.Constant(Condition.Throttled)), (1, Gen.Constant(Condition.Open)))
                .Select(condition => new RankedPlace(tier, weight, condition))));

    private static Gen<(SelectionPolicyKind Policy, int Seed, RankedPlace[] Places)> Worlds =>
        Gen.Elements(Enum.GetValues<SelectionPolicyKind>()).SelectMany(policy =>
            Gen.Choose(0, int.MaxValue).SelectMany(seed => Gen.Choose(1, 8).SelectMany(count => Places.ArrayOf(count)).Select(places => (policy, seed, places))));

    private static Gen<(int Seed, int[] Weights)> Weights =>
        Gen.Choose(0, int.MaxValue).SelectMany(seed => Gen.Choose(2, 5).SelectMany(count => Gen.Choose(1, 20).ArrayOf(count).Select(weights => (seed, weights))));

    [Fact]
    public void Rank_AnyWorld_HoldsEachDeploymentOnceInOrderOfTierThenFitThenAvailability() => Property.Holds(
        Worlds,
        world =>
        {
            var bench = new RankerBench(world.Policy, new(world.Seed), world.Places);
            var ranked = bench.Rank("a key");
            Assert.Equal(bench.States.OrderBy(s => s.Id.Endpoint), ranked.Select(c => c.State).OrderBy(s => s.Id.Endpoint));
            var keys = ranked.Select(KeyOf).ToList();
            Assert.Equal(keys.Order(), keys);
        },
        times: 500);

    [Fact]
    public void Rank_RemaindersThatDoNotFit_ShiftInsideTheirTierOnly() => Property.Holds(
        Worlds,
        world =>
        {
            var all = world.Places.Select(place => place with { Condition = Condition.Available }).ToArray();
            var bench = new RankerBench(world.Policy, new(world.Seed), all);
            var tiersBefore = bench.Rank("a key").Select(c => c.State.Config.Tier);
            foreach (var (state, place) in bench.States.Zip(world.Places).Where(pair => pair.Second.Condition == Condition.Short))
                bench.Put(state, place.Condition);
            var ranked = bench.Rank("a key");
            Assert.Equal(tiersBefore, ranked.Select(c => c.State.Config.Tier));
            Assert.All(ranked, candidate => Assert.Null(candidate.Skip));
            bench.Advance(TimeSpan.FromMinutes(1));
            Assert.All(bench.Rank("a key"), candidate => Assert.Null(candidate.ShortUntil));
        });

    [Fact]
    public void Rank_Weighted_MeetsTheWeightsWithinSixDeviations() => Property.Holds(
        Weights,
        one =>
        {
            const int Requests = 4000;
            var bench = new RankerBench(SelectionPolicyKind.Weighted, new(one.Seed), [.. one.Weights.Select(weight => new RankedPlace(Weight: weight))]);
            var firsts = Count(Requests, _ => bench.First().Id.Endpoint);
            for (var i = 0; i < one.Weights.Length; i++)
                AssertShare(firsts.GetValueOrDefault($"e{i}"), Requests, (double)one.Weights[i] / one.Weights.Sum());
        },
        times: 30);

    [Fact]
    public void Rank_Sticky_MeetsTheWeightsOverManyKeysAndKeepsEachKey() => Property.Holds(
        Weights,
        one =>
        {
            const int Keys = 2000;
            var bench = new RankerBench(SelectionPolicyKind.Sticky, new(one.Seed), [.. one.Weights.Select(weight => new RankedPlace(Weight: weight))]);
            var firsts = Count(Keys, i => bench.First($"{one.Seed} {i}").Id.Endpoint);
            for (var i = 0; i < one.Weights.Length; i++)
                AssertShare(firsts.GetValueOrDefault($"e{i}"), Keys, (double)one.Weights[i] / one.Weights.Sum());
            Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(bench.First($"key {i}"), bench.First($"key {i}")));
        },
        times: 20);

    [Fact]
    public void Rank_RoundRobin_GivesEachItsTurnExactly() => Property.Holds(
        Gen.Choose(1, 8),
        count =>
        {
            var bench = new RankerBench(SelectionPolicyKind.RoundRobin, new(1), [.. Enumerable.Repeat(new RankedPlace(), count)]);
            var firsts = Count(count * 50, _ => bench.First().Id.Endpoint);
            Assert.Equal(Enumerable.Repeat(50, count), firsts.Values);
        });

    // Attempts stay in flight, as they do when an answer takes its time.
    [Fact]
    public void Rank_AnyPolicyUnderLoad_StarvesNoAvailableDeploymentOfTheTier() => Property.Holds(
        Worlds,
        world =>
        {
            var places = world.Places.Select(place => place with { Tier = 0 }).ToArray();
            var bench = new RankerBench(world.Policy, new(world.Seed), places);
            var best = places.Min(place => place.Condition);
            if (best > Condition.Short)
                return;
            var firsts = Count(3000, i =>
            {
                var first = bench.First($"key {i}");
                bench.Begin(first);
                return first.Id.Endpoint;
            });
            foreach (var (state, place) in bench.States.Zip(places).Where(pair => pair.Second.Condition == best))
                Assert.True(firsts.ContainsKey(state.Id.Endpoint), $"{state.Id.Endpoint} of weight {place.Weight} never came first under {world.Policy}.");
        },
        times: 40);

    private static (int Tier, int Class) KeyOf(Candidate candidate) =>
        (candidate.State.Config.Tier, candidate.Skip is not null ? 2 : candidate.ShortUntil is not null ? 1 : 0);

    private static Dictionary<string, int> Count(int times, Func<int, string> draw) =>
        Enumerable.Range(0, times).Select(draw).GroupBy(one => one).ToDictionary(group => group.Key, group => group.Count());

    // Six standard deviations of a binomial: once in some hundred million draws by chance.
    private static void AssertShare(int observed, int of, double share)
    {
        var deviation = Math.Sqrt(of * share * (1 - share));
        Assert.InRange(observed, (of * share) - (6 * deviation), (of * share) + (6 * deviation));
    }
}
