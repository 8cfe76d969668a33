namespace LlmFunctions.Core.Health;

/// <summary>The right to make one attempt: counts as in flight until disposed. Report at most once; an undisposed trial
/// that was not reported is given back on dispose.</summary>
public sealed class AttemptLease : IDisposable
{
    public DeploymentState State => throw new NotImplementedException();

    /// <summary>Whether this attempt decides about a half-open circuit.</summary>
    public bool IsTrial => throw new NotImplementedException();

    /// <summary>Tells what the attempt taught. Late results (the circuit changed meanwhile) neither close nor extend it.</summary>
    public void Report(HealthSignal signal) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
