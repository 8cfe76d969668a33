namespace LlmFunctions.Core.Health.Availability;

/// <summary>How long failovers took, as a histogram whose buckets are always the same, so that those of instances and hours add up.</summary>
/// <param name="Counts">The number of a bucket to the failovers in it; empty buckets are left out. Bucket n ends at 2^(n/4) ms.</param>
/// <param name="Longest">The longest one.</param>
public sealed record FailoverTimes(IReadOnlyDictionary<int, long> Counts, TimeSpan Longest)
{
    private const int BucketsPerDoubling = 4;

    // 2^(80/4) ms are 17.5 minutes, longer than any request.
    private const int LastBucket = 80;

    public static FailoverTimes None { get; } = new(new Dictionary<int, long>(), TimeSpan.Zero);

    public long Count => Counts.Values.Sum();

    public static FailoverTimes Of(params IEnumerable<TimeSpan> times)
    {
        var all = times.ToList();
        return all.Count == 0 ? None : new(all.CountBy(BucketOf).ToDictionary(bucket => bucket.Key, bucket => (long)bucket.Value), all.Max());
    }

    public FailoverTimes Add(FailoverTimes other)
    {
        if (other.Counts.Count == 0)
            return this;
        var counts = Counts.Concat(other.Counts).GroupBy(bucket => bucket.Key).ToDictionary(same => same.Key, same => same.Sum(bucket => bucket.Value));
        return new(counts, Longest > other.Longest ? Longest : other.Longest);
    }

    /// <summary>The time that such a share of the failovers did not exceed: the end of its bucket, at most 19 % too long; null when there
    /// were none.</summary>
    /// <param name="share">0.99 for p99.</param>
    public TimeSpan? Quantile(double share)
    {
        var left = (long)Math.Ceiling(Count * share);
        foreach (var (bucket, count) in Counts.OrderBy(bucket => bucket.Key))
        {
            left -= count;
            if (left <= 0)
                return EndOf(bucket) < Longest ? EndOf(bucket) : Longest;
        }

        return null;
    }

    private static int BucketOf(TimeSpan time) => time <= TimeSpan.FromMilliseconds(1)
        ? 0
        : Math.Min(LastBucket, (int)Math.Ceiling(BucketsPerDoubling * Math.Log2(time.TotalMilliseconds)));

    private static TimeSpan EndOf(int bucket) =>
        bucket >= LastBucket ? TimeSpan.MaxValue : TimeSpan.FromMilliseconds(Math.Pow(2, (double)bucket / BucketsPerDoubling));
}
