namespace LlmFunctions.Core.Forwarding;

/// <summary>How attempts are made.</summary>
public sealed class ForwardingOptions
{
    /// <summary>Time within which a connection must stand; default 2 s.</summary>
    public TimeSpan ConnectLimit { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an outgoing connection is kept, so that moves in DNS are followed; default 2 min.</summary>
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Shortest pause before the second attempt at a lone deployment; default 100 ms.</summary>
    public TimeSpan SecondAttemptAfter { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause before the second attempt at a lone deployment; default 300 ms.</summary>
    public TimeSpan SecondAttemptWithin { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Longest wait for the end of a throttle before the same deployment is asked once more, and for a deployment to return
    /// when none is available; default 2.5 s.</summary>
    public TimeSpan ShortWait { get; set; } = TimeSpan.FromSeconds(2.5);

    /// <summary>Second attempts and third and later deployments, as a share of the requests of <see cref="RetryBudgetWindow"/>;
    /// default 0.2.</summary>
    public double RetryBudgetRatio { get; set; } = 0.2;

    /// <summary>How far back the budget looks, to a tenth of it; default 10 s.</summary>
    public TimeSpan RetryBudgetWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Extra attempts within the window that are allowed however few requests there are; default 10.</summary>
    public int RetryBudgetLeast { get; set; } = 10;

    /// <summary>Largest answer that is held whole, in bytes; default 256 MiB. A larger one counts as malformed; a larger stream under an
    /// <c>Idempotency-Key</c> is relayed but not kept.</summary>
    public int LongestAnswer { get; set; } = 256 * 1024 * 1024;

    /// <summary>How long a finished stream may go on without its end before the router adds it; default 1 s.</summary>
    public TimeSpan EndLimit { get; set; } = TimeSpan.FromSeconds(1);
}
