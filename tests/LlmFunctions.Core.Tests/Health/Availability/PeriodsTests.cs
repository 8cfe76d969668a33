using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

public sealed class PeriodsTests
{
    private static readonly DateTimeOffset Zero = new(2026, 3, 4, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Join_GapsUpToTheLongest_AreClosedAndLongerOnesStay() =>
        Assert.Equal([At(0, 15), At(21, 22)], Periods.Join([At(21, 22), At(10, 15), At(0, 5)], TimeSpan.FromSeconds(5)));

    [Fact]
    public void Join_Moments_CountOnlyTogetherWithOthers()
    {
        Assert.Empty(Periods.Join([At(3, 3)], TimeSpan.FromSeconds(5)));
        Assert.Equal([At(3, 7)], Periods.Join([At(3, 3), At(7, 7), At(13, 13)], TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Of_EndsBeforeItBegins_IsNothing() => Assert.Empty(Periods.Of(At(5, 4)));

    [Fact]
    public void Within_PartlyInside_IsCut() => Assert.Equal([At(2, 5), At(8, 9)], Periods.Of(At(0, 5), At(8, 20)).Within(Zero.AddSeconds(2), Zero.AddSeconds(9)));

    [Fact]
    public void Except_InTheMiddleAndAcross_LeavesTheRest() =>
        Assert.Equal([At(0, 2), At(4, 8), At(12, 14)], Periods.Of(At(0, 10), At(12, 14), At(20, 30)).Except(Periods.Of(At(2, 4), At(8, 12), At(19, 31))));

    [Fact]
    public void Total_Several_IsTheirSum() => Assert.Equal(TimeSpan.FromSeconds(7), Periods.Of(At(0, 5), At(8, 10), At(4, 5)).Total);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SetOperations_Chance_AreThoseOfTheSeconds(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var (one, other) = (Some(random), Some(random));
            Expect(SecondsOf(one).Union(SecondsOf(other)), one.Union(other));
            Expect(SecondsOf(one).Intersect(SecondsOf(other)), one.Intersect(other));
            Expect(SecondsOf(one).Except(SecondsOf(other)), one.Except(other));
        }
    }

    private static void Expect(IEnumerable<int> seconds, Periods actual)
    {
        Assert.Equal(seconds.Order(), SecondsOf(actual));
        Assert.All(actual.Zip(actual.Skip(1)), two => Assert.True(two.First.To <= two.Second.From));
        Assert.All(actual, period => Assert.True(period.From < period.To));
    }

    private static Periods Some(Random random) =>
        Periods.Of(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(40)).Select(from => At(from, from + random.Next(12))));

    private static IEnumerable<int> SecondsOf(Periods periods) =>
        periods.SelectMany(period => Enumerable.Range((int)(period.From - Zero).TotalSeconds, (int)period.Length.TotalSeconds));

    private static Period At(int from, int to) => new(Zero.AddSeconds(from), Zero.AddSeconds(to));
}
