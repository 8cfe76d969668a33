namespace LlmFunctions.Core.Health;

/// <summary>What is left of one limit.</summary>
/// <param name="Left">Requests or tokens.</param>
/// <param name="ResetAt">When there will be more.</param>
public readonly record struct Remainder(long Left, DateTimeOffset ResetAt);
