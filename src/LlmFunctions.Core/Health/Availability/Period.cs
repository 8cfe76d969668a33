namespace LlmFunctions.Core.Health.Availability;

/// <summary>From one moment to another; both may be the same.</summary>
public readonly record struct Period(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;
}
