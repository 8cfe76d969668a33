using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Health;

/// <summary>The right to make one attempt: counts as in flight until disposed. What was not reported by then was nothing, and a
/// trial is given back.</summary>
public sealed class AttemptLease : IDisposable
{
    private const int Open = 0;
    private const int Succeeded = 1;
    private const int Closed = 2;

    private int _reported;
    private int _disposed;

    internal AttemptLease(DeploymentState state, DateTimeOffset began, long generation, Guid? trial, bool byProber)
    {
        State = state;
        Began = began;
        Generation = generation;
        Trial = trial;
        ByProber = byProber;
    }

    public DeploymentState State { get; }

    /// <summary>Whether this attempt decides about a half-open circuit.</summary>
    public bool IsTrial => Trial is not null;

    internal DateTimeOffset Began { get; }

    internal long Generation { get; }

    /// <summary>The id of the trial; null: none.</summary>
    internal Guid? Trial { get; }

    internal bool ByProber { get; }

    /// <summary>Told how the attempt goes; ends with this. Null: nobody listens.</summary>
    internal AttemptObservation? Observation { get; set; }

    /// <summary>Tells what the attempt taught, once; only a stream that began well and broke later may add its failure. Late
    /// results (the circuit changed meanwhile) neither close nor extend it.</summary>
    public void Report(HealthSignal signal)
    {
        if (signal is HealthSignal.Success)
        {
            if (Interlocked.CompareExchange(ref _reported, Succeeded, Open) == Open)
                State.Report(this, signal);
            return;
        }

        var before = Interlocked.Exchange(ref _reported, Closed);
        if (before == Open || (before == Succeeded && signal is HealthSignal.Failure))
            State.Report(this, signal);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Report(HealthSignal.None.Instance);
        State.End(this);
        Observation?.End();
    }
}
