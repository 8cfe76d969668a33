using System.ComponentModel.DataAnnotations;

namespace LlmFunctions.Core.Health;

/// <summary>When deployments are taken out and let back in; bound from the section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>Failures in a row that open a circuit; at least 2, for one failure never opens; default 3.</summary>
    [Range(2, 1_000_000)]
    public int ConsecutiveFailures { get; set; } = 3;

    /// <summary>Share of failures within <see cref="Window"/> that opens a circuit; 0.5 is half; default 0.5.</summary>
    [Range(0.01, 1d)]
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>Results within <see cref="Window"/> below which <see cref="FailureRatio"/> says nothing; default 5.</summary>
    public int MinimumResults { get; set; } = 5;

    /// <summary>How far back <see cref="FailureRatio"/> looks, to a tenth of it; default 30 s.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a circuit stays open the first time; doubles with every break in a row; default 5 s.</summary>
    public TimeSpan Break { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time a circuit stays open, before the jitter; default 10 s.</summary>
    public TimeSpan LongestBreak { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Most that chance adds to or takes from a break, as a share of it; default 0.1.</summary>
    [Range(0d, 0.9)]
    public double BreakJitter { get; set; } = 0.1;

    /// <summary>How long a deployment that did not say for how long is left alone; doubles when repeated; default 5 s.</summary>
    public TimeSpan Throttle { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest throttle of our own choice; default 60 s.</summary>
    public TimeSpan LongestOwnThrottle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest throttle believed of an endpoint; default 10 min.</summary>
    public TimeSpan LongestThrottle { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a misconfigured deployment is out; default 5 min.</summary>
    public TimeSpan MisconfiguredFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After a slow failure: how long past the break the trial is kept for the prober; default 15 s.</summary>
    public TimeSpan LiveTrialAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between two looks at the epoch of the shared table; default 500 ms.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Age from which the shared state is read again before routing; default 5 s.</summary>
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest that a request waits for such a read; default 300 ms.</summary>
    public TimeSpan ReadLimit { get; set; } = TimeSpan.FromMilliseconds(300);
}
