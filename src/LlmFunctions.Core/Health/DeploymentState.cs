using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>What is known about one deployment now. Thread-safe.</summary>
public sealed class DeploymentState
{
    public DeploymentId Id => throw new NotImplementedException();

    /// <summary>As the catalog in force has it.</summary>
    public DeploymentConfig Config => throw new NotImplementedException();

    public int InFlight => throw new NotImplementedException();

    /// <summary>Peak EWMA of the time to first content; null before the first success.</summary>
    public TimeSpan? Latency => throw new NotImplementedException();

    /// <summary>Why it may not be chosen now, or null when it is available. Changes nothing.</summary>
    public SkipReason? GetSkipReason(DateTimeOffset now) => throw new NotImplementedException();

    /// <summary>Begins an attempt if the deployment is available; a half-open circuit gives its one trial.</summary>
    /// <param name="now">From the TimeProvider.</param>
    /// <param name="limit">The longest the attempt may take; a trial's lease lasts that and 5 s.</param>
    public AttemptLease? TryBegin(DateTimeOffset now, TimeSpan limit) => throw new NotImplementedException();

    /// <summary>Begins the one attempt that an open circuit allows per break when nothing else is available. Never
    /// while throttled, misconfigured, draining or full.</summary>
    public AttemptLease? TryBeginLastResort(DateTimeOffset now, TimeSpan limit) => throw new NotImplementedException();
}
