namespace LlmFunctions.Core.Health.Availability;

/// <summary>The figures of docs/availability.md, of observed time alone.</summary>
/// <param name="Up">Observed time that it was up.</param>
/// <param name="Down">Observed time that it was down.</param>
/// <param name="Incidents">How many times it was down.</param>
public sealed record AvailabilityFigures(TimeSpan Up, TimeSpan Down, int Incidents)
{
    /// <summary>up / (up + down); null: nothing was observed.</summary>
    public double? Availability => Up + Down > TimeSpan.Zero ? Up / (Up + Down) : null;

    /// <summary>-log10(1 - availability): 3 for 99.9 %. Null without any downtime, for it has no bound then.</summary>
    public double? Nines => Down > TimeSpan.Zero ? Math.Max(0, -Math.Log10(Down / (Up + Down))) : null;

    /// <summary>MTTR, down / incidents; null without an incident.</summary>
    public TimeSpan? TimeToRepair => Incidents > 0 ? Down / Incidents : null;

    /// <summary>MTBF, up / incidents; null without an incident.</summary>
    public TimeSpan? TimeBetweenFailures => Incidents > 0 ? Up / Incidents : null;

    internal static AvailabilityFigures Of(Periods up, Periods down, int incidents) => new(up.Total, down.Total, incidents);
}
