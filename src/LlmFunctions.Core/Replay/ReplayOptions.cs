namespace LlmFunctions.Core.Replay;

/// <summary>How queued requests are run. Bound from the section <c>Replay</c>.</summary>
public sealed class ReplayOptions
{
    /// <summary>How long an instance may be silent about a request it runs before another takes over; default 60 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Pause between two runs while nothing is available, at first; doubles up to <see cref="LongestPause"/>; default 2 s.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause between two runs; default 60 s.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Failures, while its deployments answer others, after which a request is dead; default 5.</summary>
    public int MaxFailures { get; set; } = 5;

    /// <summary>How long ago a deployment's last success may be to count as answering others; default 5 min.</summary>
    public TimeSpan AnswersOthersWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Replays in flight on one instance when a drain begins; default 4.</summary>
    public int FirstInFlight { get; set; } = 4;

    /// <summary>Most replays in flight on one instance; default 64.</summary>
    public int MostInFlight { get; set; } = 64;

    /// <summary>A drain doubles its replays in flight after each such time without a failure; default 5 s.</summary>
    public TimeSpan CleanInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between two sweeps of the self-host; default 15 s.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a finished request and its answer are kept; default 24 h.</summary>
    [StoredTime]
    public TimeSpan KeepFinished { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a dead letter is kept; default 30 days.</summary>
    [StoredTime]
    public TimeSpan KeepDead { get; set; } = TimeSpan.FromDays(30);
}
