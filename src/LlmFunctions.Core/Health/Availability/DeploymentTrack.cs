using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>What one deployment was when: no moment is in two of them.</summary>
/// <param name="Id">Which.</param>
/// <param name="Up">Observed, and nothing was wrong.</param>
/// <param name="Down">Observed, and there was an incident.</param>
/// <param name="Throttled">Asked to be left alone, and not down.</param>
/// <param name="Draining">Taken out by an operator.</param>
/// <param name="Incidents">Its incidents, those that overlap as one, observed or not.</param>
internal sealed record DeploymentTrack(DeploymentId Id, Periods Up, Periods Down, Periods Throttled, Periods Draining, Periods Incidents)
{
    /// <summary>When it could not have been chosen.</summary>
    public Periods Out { get; } = Periods.Of([.. Down, .. Throttled, .. Draining]);

    /// <param name="id">Which.</param>
    /// <param name="seen">When something was learnt about it.</param>
    /// <param name="throttled">When it had asked to be left alone.</param>
    /// <param name="incidents">Its own.</param>
    /// <param name="hold">For how long what was learnt holds.</param>
    /// <param name="now">Open incidents reach until then.</param>
    public static DeploymentTrack Of(
        DeploymentId id, IEnumerable<Period> seen, IEnumerable<Period> throttled, IReadOnlyList<Incident> incidents, TimeSpan hold, DateTimeOffset now)
    {
        Periods Lasting(bool isDown) => Periods.Of(incidents.Where(one => one.IsDown == isDown).Select(one => new Period(one.StartedAt, one.EndedAt ?? now)));
        var (throttles, wrong, draining) = (Periods.Of(throttled), Lasting(isDown: true), Lasting(isDown: false));
        var observed = Periods.Join(seen, hold).Union(throttles).Except(draining);
        var down = observed.Intersect(wrong);
        return new(id, observed.Except(wrong).Except(throttles), down, observed.Intersect(throttles).Except(down), draining, wrong);
    }

    public DeploymentAvailability Within(DateTimeOffset from, DateTimeOffset to)
    {
        var (up, down, throttled, draining) = (Up.Within(from, to), Down.Within(from, to), Throttled.Within(from, to), Draining.Within(from, to));
        var failing = down.Union(throttled);
        return new(
            Id,
            AvailabilityFigures.Of(up, down, Incidents.Count(incident => down.Within(incident.From, incident.To).Count > 0)),
            throttled.Total,
            draining.Total,
            to - from - up.Total - down.Total - throttled.Total - draining.Total,
            AvailabilityFigures.Of(up, failing, failing.Count));
    }
}
