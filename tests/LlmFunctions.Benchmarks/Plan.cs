namespace LlmFunctions.Benchmarks;

/// <summary>How long and how often.</summary>
/// <param name="WarmUp">Load on each subject before anything is measured; the compiler's second tier needs it.</param>
/// <param name="Round">One measurement of one subject.</param>
/// <param name="Rounds">Each measures every subject in turn, so that noise hits all alike.</param>
internal sealed record Plan(TimeSpan WarmUp, TimeSpan Round, int Rounds)
{
    /// <summary>For throughput.</summary>
    public const int Connections = 32;

    /// <summary>Streams at a time.</summary>
    public const int Streams = 16;

    public static Plan Full { get; } = new(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(3), 5);

    public static Plan Quick { get; } = new(TimeSpan.FromSeconds(2.5), TimeSpan.FromSeconds(0.5), 3);
}
