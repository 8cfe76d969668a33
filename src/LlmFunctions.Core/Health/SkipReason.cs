namespace LlmFunctions.Core.Health;

/// <summary>Why a deployment may not be chosen now, and until when.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Until">The earliest moment it may be chosen again, when that is known.</param>
public readonly record struct SkipReason(SkipKind Kind, DateTimeOffset? Until);
