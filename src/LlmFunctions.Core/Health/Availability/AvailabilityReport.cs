namespace LlmFunctions.Core.Health.Availability;

/// <summary>What happened between two moments.</summary>
/// <param name="Whole">All of it.</param>
/// <param name="Hours">Hour by hour (UTC), when that was asked for.</param>
/// <param name="Incidents">All that touch it, in order of their start.</param>
public sealed record AvailabilityReport(AvailabilitySlice Whole, IReadOnlyList<AvailabilitySlice> Hours, IReadOnlyList<Incident> Incidents);
