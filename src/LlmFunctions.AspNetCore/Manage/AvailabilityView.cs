using LlmFunctions.Core.Health.Availability;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary>Availability as an operator sees it; what is null has no value, as docs/availability.md says.</summary>
/// <param name="From">The beginning.</param>
/// <param name="To">The end.</param>
/// <param name="Deployments">By name.</param>
/// <param name="Models">By name.</param>
/// <param name="Incidents">In order of their start; null within <paramref name="Hours"/>.</param>
/// <param name="Hours">Hour by hour, if that was asked for.</param>
internal sealed record AvailabilityView(
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<AvailabilityView.DeploymentLine> Deployments,
    IReadOnlyList<AvailabilityView.ModelLine> Models,
    IReadOnlyList<AvailabilityView.IncidentLine>? Incidents,
    IReadOnlyList<AvailabilityView>? Hours)
{
    public static AvailabilityView Of(AvailabilityReport report, DateTimeOffset now) => Of(report.Whole) with
    {
        Incidents = [.. report.Incidents.Select(incident => IncidentLine.Of(incident, now))],
        Hours = report.Hours.Count == 0 ? null : [.. report.Hours.Select(Of)],
    };

    private static AvailabilityView Of(AvailabilitySlice slice) => new(
        slice.From,
        slice.To,
        [.. slice.Deployments.Select(DeploymentLine.Of)],
        [.. slice.Models.Select(model => ModelLine.Of(model, slice.Deployments.Where(one => one.Deployment.Model == model.Model)))],
        null,
        null);

    internal sealed record DeploymentLine(
        string Deployment,
        double? Availability,
        double? Nines,
        double UpSeconds,
        double DownSeconds,
        double ThrottledSeconds,
        double DrainingSeconds,
        double StandbySeconds,
        double UnknownSeconds,
        int Incidents,
        double? MttrSeconds,
        double? MtbfSeconds)
    {
        public static DeploymentLine Of(DeploymentAvailability one) => new(
            one.Deployment.ToString(),
            one.Figures.Availability,
            one.Figures.Nines,
            one.Figures.Up.TotalSeconds,
            one.Figures.Down.TotalSeconds,
            one.Throttled.TotalSeconds,
            one.Draining.TotalSeconds,
            one.StandingBy.TotalSeconds,
            one.Unknown.TotalSeconds,
            one.Figures.Incidents,
            one.Figures.TimeToRepair?.TotalSeconds,
            one.Figures.TimeBetweenFailures?.TotalSeconds);
    }

    internal sealed record ModelLine(
        string Model,
        double? Availability,
        double? Nines,
        double UpSeconds,
        double DownSeconds,
        double UnknownSeconds,
        int Incidents,
        double? MttrSeconds,
        double? MtbfSeconds,
        RequestsLine Requests,
        FailoverLine Failover,
        IReadOnlyList<AloneLine> Alone)
    {
        public static ModelLine Of(ModelAvailability model, IEnumerable<DeploymentAvailability> deployments) => new(
            model.Model,
            model.Figures.Availability,
            model.Figures.Nines,
            model.Figures.Up.TotalSeconds,
            model.Figures.Down.TotalSeconds,
            model.Unknown.TotalSeconds,
            model.Figures.Incidents,
            model.Figures.TimeToRepair?.TotalSeconds,
            model.Figures.TimeBetweenFailures?.TotalSeconds,
            new(model.Requests.Answered, model.Requests.Unanswered, model.Requests.Broken, model.Requests.Queued, model.SuccessRate),
            FailoverLine.Of(model.Requests.Failovers),
            [.. deployments.Select(one => new AloneLine(one.Deployment.ToString(), one.Alone.Availability, one.Alone.Nines))]);
    }

    internal sealed record RequestsLine(long Answered, long Unanswered, long Broken, long Queued, double? SuccessRate);

    internal sealed record FailoverLine(long Count, double? P50Seconds, double? P90Seconds, double? P99Seconds, double? MaxSeconds)
    {
        public static FailoverLine Of(FailoverTimes times) => new(
            times.Count,
            times.Quantile(0.5)?.TotalSeconds,
            times.Quantile(0.9)?.TotalSeconds,
            times.Quantile(0.99)?.TotalSeconds,
            times.Count == 0 ? null : times.Longest.TotalSeconds);
    }

    /// <summary>What the model's availability would have been with this deployment alone.</summary>
    internal sealed record AloneLine(string Deployment, double? Availability, double? Nines);

    internal sealed record IncidentLine(string Deployment, IncidentKind Kind, string Cause, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, double Seconds)
    {
        public static IncidentLine Of(Incident incident, DateTimeOffset now) => new(
            incident.Deployment.ToString(),
            incident.Kind,
            incident.Cause,
            incident.StartedAt,
            incident.EndedAt,
            ((incident.EndedAt ?? now) - incident.StartedAt).TotalSeconds);
    }
}
