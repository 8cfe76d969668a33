namespace LlmFunctions.Core.Health.Availability;

/// <summary>Counts the requests for one model in one hour. Not thread-safe: <see cref="AvailabilityTally"/> holds the lock.</summary>
internal sealed class ModelTally
{
    private readonly long[] _fates = new long[Enum.GetValues<RequestFate>().Length];
    private FailoverTimes _failovers = FailoverTimes.None;

    public void Add(RequestFate fate, TimeSpan? failover)
    {
        _fates[(int)fate]++;
        if (failover is { } time)
            _failovers = _failovers.Add(FailoverTimes.Of(time));
    }

    public ModelHour ToHour() => new(
        _fates[(int)RequestFate.Answered],
        _fates[(int)RequestFate.Unanswered],
        _fates[(int)RequestFate.Broken],
        _fates[(int)RequestFate.Queued],
        _failovers);
}
