using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.Core.Tests.Health.Availability;

public sealed class FailoverTimesTests
{
    private static readonly double[] Shares = [0.5, 0.9, 0.99, 1];

    [Fact]
    public void Quantile_None_HasNoValue()
    {
        Assert.Null(FailoverTimes.None.Quantile(0.5));
        Assert.Equal(0, FailoverTimes.None.Count);
    }

    [Fact]
    public void Quantile_One_IsThatOne() => Assert.All(Shares, share => Assert.Equal(TimeSpan.FromMilliseconds(123), FailoverTimes.Of(TimeSpan.FromMilliseconds(123)).Quantile(share)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Quantile_Chance_IsTheTrueOneOrUpTo19PercentMore(int seed)
    {
        var random = new Random(seed);
        var times = Enumerable.Range(0, 1_000).Select(_ => TimeSpan.FromMilliseconds(Math.Exp(random.NextDouble() * 12))).Order().ToArray();
        foreach (var share in Shares)
        {
            var (exact, told) = (times[(int)Math.Ceiling(times.Length * share) - 1], FailoverTimes.Of(times).Quantile(share)!.Value);
            Assert.InRange(told, exact - TimeSpan.FromTicks(1), (exact * 1.19) + TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void Add_PartsInAnyOrder_IsTheWhole()
    {
        TimeSpan[] times = [.. Enumerable.Range(1, 90).Select(i => TimeSpan.FromMilliseconds(i * i))];
        var parts = times.Chunk(7).Select(part => FailoverTimes.Of(part)).ToArray();
        var whole = FailoverTimes.Of(times);
        foreach (var sum in (FailoverTimes[])[parts.Aggregate((a, b) => a.Add(b)), parts.Reverse().Aggregate(FailoverTimes.None, (a, b) => a.Add(b))])
        {
            Assert.Equal(whole.Counts.OrderBy(one => one.Key), sum.Counts.OrderBy(one => one.Key));
            Assert.Equal((90, whole.Longest), (sum.Count, sum.Longest));
        }
    }

    [Fact]
    public void Of_ExtremeTimes_HaveABucket()
    {
        var times = FailoverTimes.Of(TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromDays(1));
        Assert.Equal(3, times.Count);
        Assert.Equal(TimeSpan.FromDays(1), times.Quantile(1));
        Assert.InRange(times.Quantile(0.5)!.Value, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }
}
