namespace LlmFunctions.Core.Health.Availability;

/// <summary>What was learnt about one deployment in one hour.</summary>
/// <param name="Seen">When something was learnt about it, as pairs of milliseconds since the hour began: from, to, from, to…</param>
/// <param name="Throttled">When the endpoint had asked to be left alone, likewise.</param>
/// <param name="StandingBy">When its endpoint, a standby, was not running and not needed, likewise; null: never.</param>
/// <param name="Awaited">When its endpoint, a standby, was needed and not ready, likewise; null: never.</param>
public sealed record DeploymentHour(
    IReadOnlyList<long> Seen, IReadOnlyList<long> Throttled, IReadOnlyList<long>? StandingBy = null, IReadOnlyList<long>? Awaited = null)
{
    // What comes and goes more often is told less finely.
    private const int MostPeriods = 60;

    public static DeploymentHour None { get; } = new([], []);

    /// <param name="hour">When the hour began.</param>
    /// <param name="seen">Gaps up to <paramref name="hold"/> are closed.</param>
    /// <param name="throttled">Within the hour.</param>
    /// <param name="hold">For how long what was learnt holds.</param>
    /// <param name="standingBy">Within the hour; null: never.</param>
    /// <param name="awaited">Likewise.</param>
    public static DeploymentHour Of(
        DateTimeOffset hour,
        IEnumerable<Period> seen,
        IEnumerable<Period> throttled,
        TimeSpan hold,
        IEnumerable<Period>? standingBy = null,
        IEnumerable<Period>? awaited = null) => new(
            ToPairs(hour, seen, hold), ToPairs(hour, throttled, TimeSpan.Zero), OrNull(ToPairs(hour, standingBy ?? [], TimeSpan.Zero)),
            OrNull(ToPairs(hour, awaited ?? [], TimeSpan.Zero)));

    public IEnumerable<Period> SeenIn(DateTimeOffset hour) => ToPeriods(hour, Seen);

    public IEnumerable<Period> ThrottledIn(DateTimeOffset hour) => ToPeriods(hour, Throttled);

    public IEnumerable<Period> StandingByIn(DateTimeOffset hour) => ToPeriods(hour, StandingBy ?? []);

    public IEnumerable<Period> AwaitedIn(DateTimeOffset hour) => ToPeriods(hour, Awaited ?? []);

    public DeploymentHour Add(DateTimeOffset hour, DeploymentHour other, TimeSpan hold) => Of(
        hour,
        [.. SeenIn(hour), .. other.SeenIn(hour)],
        [.. ThrottledIn(hour), .. other.ThrottledIn(hour)],
        hold,
        [.. StandingByIn(hour), .. other.StandingByIn(hour)],
        [.. AwaitedIn(hour), .. other.AwaitedIn(hour)]);

    // Most endpoints are always running, and their rows say nothing of it.
    private static IReadOnlyList<long>? OrNull(IReadOnlyList<long> pairs) => pairs.Count == 0 ? null : pairs;

    private static IReadOnlyList<long> ToPairs(DateTimeOffset hour, IEnumerable<Period> periods, TimeSpan gap)
    {
        var closed = Periods.Closed(periods, gap);
        for (var wider = TimeSpan.FromSeconds(1); closed.Count > MostPeriods; wider *= 2)
            closed = Periods.Closed(closed, wider);
        return [.. closed.SelectMany(period => (long[])[Milliseconds(period.From - hour), Milliseconds(period.To - hour)])];
    }

    private static IEnumerable<Period> ToPeriods(DateTimeOffset hour, IReadOnlyList<long> pairs)
    {
        for (var i = 0; i + 1 < pairs.Count; i += 2)
            yield return new(hour.AddMilliseconds(pairs[i]), hour.AddMilliseconds(pairs[i + 1]));
    }

    private static long Milliseconds(TimeSpan span) => (long)Math.Round(span.TotalMilliseconds);
}
