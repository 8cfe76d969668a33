namespace LlmFunctions.Core.Telemetry;

/// <summary>How many tokens an answer says it took; null where it says nothing.</summary>
internal readonly record struct TokenUsage(long? Input, long? Output)
{
    /// <summary>The larger of each: what a stream says grows.</summary>
    public TokenUsage Max(TokenUsage other) => new(Max(Input, other.Input), Max(Output, other.Output));

    private static long? Max(long? one, long? other) => one > other ? one : other ?? one;
}
