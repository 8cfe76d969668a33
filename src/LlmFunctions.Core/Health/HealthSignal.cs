namespace LlmFunctions.Core.Health;

/// <summary>What one attempt or probe taught about the health of its deployment.</summary>
public abstract record HealthSignal
{
    private HealthSignal()
    {
    }

    /// <summary>A sound answer.</summary>
    /// <param name="TimeToFirstContent">From sending to the first content, or to the whole answer when it was not streamed;
    /// feeds the latency.</param>
    public sealed record Success(TimeSpan TimeToFirstContent) : HealthSignal;

    public sealed record Failure(FailureKind Kind) : HealthSignal;

    /// <summary>The endpoint asked to stay away.</summary>
    /// <param name="Wait">How long, if it said so.</param>
    public sealed record Throttled(TimeSpan? Wait) : HealthSignal;

    /// <summary>The key, the name or the credit is wrong; only an operator can mend it.</summary>
    public sealed record Misconfigured(string Reason) : HealthSignal;

    /// <summary>Nothing: the caller's error, or the caller left.</summary>
    public sealed record None : HealthSignal
    {
        public static None Instance { get; } = new();
    }
}
