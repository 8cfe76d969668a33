namespace LlmFunctions.Core.Health.Availability;

/// <summary>How availability is written down; bound from the section <c>Availability</c>.</summary>
public sealed class AvailabilityOptions
{
    /// <summary>Time between two writes of what an instance learnt; default 1 min.</summary>
    public TimeSpan WriteInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long what was learnt about a deployment holds while nothing else is learnt; what is longer is unknown time; default
    /// 5 min.</summary>
    public TimeSpan EvidenceHolds { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long hours and incidents are kept; default 400 days.</summary>
    [StoredTime]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(400);
}
