using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>What one deployment was when: no moment is in two of them.</summary>
/// <param name="Id">Which.</param>
/// <param name="Up">Observed, and nothing was wrong.</param>
/// <param name="Down">Observed, and there was an incident.</param>
/// <param name="Throttled">Asked to be left alone, and not down.</param>
/// <param name="Draining">Taken out by an operator.</param>
/// <param name="StandingBy">Its endpoint, a standby, was not running and not needed.</param>
/// <param name="Incidents">Its incidents and the times it was awaited, those that overlap as one, observed or not.</param>
internal sealed record DeploymentTrack(
    DeploymentId Id, Periods Up, Periods Down, Periods Throttled, Periods Draining, Periods StandingBy, Periods Incidents)
{
    /// <summary>When it could not have been chosen.</summary>
    public Periods Out { get; } = Periods.Of([.. Down, .. Throttled, .. Draining, .. StandingBy]);

    /// <param name="id">Which.</param>
    /// <param name="hours">What was learnt about it, each with the beginning of its hour.</param>
    /// <param name="incidents">Its own.</param>
    /// <param name="hold">For how long what was learnt holds.</param>
    /// <param name="now">Open incidents reach until then.</param>
    public static DeploymentTrack Of(
        DeploymentId id, IReadOnlyList<(DateTimeOffset Begin, DeploymentHour Learnt)> hours, IReadOnlyList<Incident> incidents, TimeSpan hold, DateTimeOffset now)
    {
        Periods Lasting(bool isDown) => Periods.Of(incidents.Where(one => one.IsDown == isDown).Select(one => new Period(one.StartedAt, one.EndedAt ?? now)));
        var (throttles, draining) = (Periods.Of(hours.SelectMany(hour => hour.Learnt.ThrottledIn(hour.Begin))), Lasting(isDown: false));
        // Instances may differ for a moment: who needed it knew best.
        var awaited = Periods.Of(hours.SelectMany(hour => hour.Learnt.AwaitedIn(hour.Begin))).Except(draining);
        var standingBy = Periods.Of(hours.SelectMany(hour => hour.Learnt.StandingByIn(hour.Begin))).Except(draining).Except(awaited);
        // What was wrong before it was switched off, such as a circuit that nobody could close since, harms nobody meanwhile.
        var wrong = Lasting(isDown: true).Except(standingBy).Union(awaited);
        var observed = Periods.Join(hours.SelectMany(hour => hour.Learnt.SeenIn(hour.Begin)), hold)
            .Union(throttles).Except(standingBy).Union(awaited).Except(draining);
        var down = observed.Intersect(wrong);
        return new(id, observed.Except(wrong).Except(throttles), down, observed.Intersect(throttles).Except(down), draining, standingBy, wrong);
    }

    public DeploymentAvailability Within(DateTimeOffset from, DateTimeOffset to)
    {
        var (up, down, throttled) = (Up.Within(from, to), Down.Within(from, to), Throttled.Within(from, to));
        var (draining, standingBy) = (Draining.Within(from, to), StandingBy.Within(from, to));
        var failing = down.Union(throttled);
        return new(
            Id,
            AvailabilityFigures.Of(up, down, Incidents.Count(incident => down.Within(incident.From, incident.To).Count > 0)),
            throttled.Total,
            draining.Total,
            standingBy.Total,
            to - from - up.Total - down.Total - throttled.Total - draining.Total - standingBy.Total,
            AvailabilityFigures.Of(up, failing, failing.Count));
    }
}
