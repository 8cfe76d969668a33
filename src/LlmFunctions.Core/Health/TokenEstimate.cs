namespace LlmFunctions.Core.Health;

/// <summary>How large a request is by a rough guess, in tokens.</summary>
/// <param name="Prompt">Of its prompt: a quarter of its bytes.</param>
/// <param name="Answer">The most it allows its answer; 0: it names no bound.</param>
public readonly record struct TokenEstimate(long Prompt, long Answer);
