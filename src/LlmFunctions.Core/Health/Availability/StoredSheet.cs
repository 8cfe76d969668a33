namespace LlmFunctions.Core.Health.Availability;

/// <summary>One sheet as it is stored.</summary>
/// <param name="Hour">When its hour began.</param>
/// <param name="Instance">Who wrote it; null: merged from several.</param>
/// <param name="Sheet">What it says.</param>
public sealed record StoredSheet(DateTimeOffset Hour, string? Instance, HourSheet Sheet);
