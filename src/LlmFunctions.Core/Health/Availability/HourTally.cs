namespace LlmFunctions.Core.Health.Availability;

/// <summary>What this instance learns in one hour. Not thread-safe: <see cref="AvailabilityTally"/> holds the lock.</summary>
internal sealed class HourTally(DateTimeOffset hour, TimeSpan hold)
{
    private readonly Dictionary<string, (List<Period> Seen, List<Period> Throttled, List<Period> StandingBy, List<Period> Awaited)> _deployments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelTally> _models = new(StringComparer.Ordinal);

    public DateTimeOffset Hour => hour;

    /// <summary>Whether it holds what was not written yet.</summary>
    public bool IsChanged { get; set; }

    public void Know(string deployment) => Get(deployment);

    public void AddSeen(string deployment, Period period) => Add(Get(deployment).Seen, period, hold);

    public void AddThrottled(string deployment, Period period) => Add(Get(deployment).Throttled, period, TimeSpan.Zero);

    public void AddStandingBy(string deployment, Period period) => Add(Get(deployment).StandingBy, period, TimeSpan.Zero);

    public void AddAwaited(string deployment, Period period) => Add(Get(deployment).Awaited, period, TimeSpan.Zero);

    public void AddRequest(string model, RequestFate fate, TimeSpan? failover)
    {
        if (!_models.TryGetValue(model, out var tally))
            _models[model] = tally = new();
        tally.Add(fate, failover);
        IsChanged = true;
    }

    public HourSheet ToSheet() => new(
        _deployments.ToDictionary(one => one.Key, one => DeploymentHour.Of(
            hour, one.Value.Seen, one.Value.Throttled, hold, one.Value.StandingBy, one.Value.Awaited)),
        _models.ToDictionary(one => one.Key, one => one.Value.ToHour()));

    // They come nearly in order: what goes on lengthens the last one, so that the list stays short.
    private void Add(List<Period> periods, Period period, TimeSpan gap)
    {
        IsChanged = true;
        if (periods.Count > 0 && period.From >= periods[^1].From && period.From <= periods[^1].To + gap)
            periods[^1] = periods[^1] with { To = period.To > periods[^1].To ? period.To : periods[^1].To };
        else
            periods.Add(period);
    }

    private (List<Period> Seen, List<Period> Throttled, List<Period> StandingBy, List<Period> Awaited) Get(string deployment)
    {
        if (!_deployments.TryGetValue(deployment, out var lists))
            _deployments[deployment] = lists = ([], [], [], []);
        return lists;
    }
}
