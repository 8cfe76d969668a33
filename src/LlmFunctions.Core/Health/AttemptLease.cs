namespace LlmFunctions.Core.Health;

/// <summary>The right to make one attempt: counts as in flight until disposed. Report at most once; an undisposed trial
/// that was not reported is given back on dispose.</summary>
public sealed class AttemptLease : IDisposable
{
    private int _reported;
    private int _disposed;

    internal AttemptLease(DeploymentState state, DateTimeOffset began, long generation, long trial, bool byProber)
    {
        State = state;
        Began = began;
        Generation = generation;
        Trial = trial;
        ByProber = byProber;
    }

    public DeploymentState State { get; }

    /// <summary>Whether this attempt decides about a half-open circuit.</summary>
    public bool IsTrial => Trial != 0;

    internal DateTimeOffset Began { get; }

    internal long Generation { get; }

    /// <summary>The number of the trial; 0: none.</summary>
    internal long Trial { get; }

    internal bool ByProber { get; }

    /// <summary>Tells what the attempt taught. Late results (the circuit changed meanwhile) neither close nor extend it.</summary>
    public void Report(HealthSignal signal)
    {
        if (Interlocked.Exchange(ref _reported, 1) == 0)
            State.Report(this, signal);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Report(HealthSignal.None.Instance);
        State.End(this);
    }
}
