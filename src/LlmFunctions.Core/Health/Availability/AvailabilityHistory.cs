using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>What was when, from everybody's sheets and incidents.</summary>
internal sealed class AvailabilityHistory
{
    private readonly IReadOnlyList<DeploymentTrack> _deployments;
    private readonly IReadOnlyList<ModelTrack> _models;

    private AvailabilityHistory(IReadOnlyList<DeploymentTrack> deployments, IReadOnlyList<ModelTrack> models) => (_deployments, _models) = (deployments, models);

    /// <param name="sheets">Several of the same hour are added up.</param>
    /// <param name="incidents">Those of the same time.</param>
    /// <param name="hold">For how long what was learnt about a deployment holds.</param>
    /// <param name="now">Open incidents reach until then.</param>
    public static AvailabilityHistory Of(
        IEnumerable<(DateTimeOffset Hour, HourSheet Sheet)> sheets, IReadOnlyList<Incident> incidents, TimeSpan hold, DateTimeOffset now)
    {
        var hours = sheets.GroupBy(one => one.Hour, one => one.Sheet)
            .Select(same => (Hour: same.Key, Sheet: same.Aggregate((sum, sheet) => sum.Add(same.Key, sheet, hold))))
            .OrderBy(one => one.Hour).ToList();
        var tracks = TracksOf(hours, incidents.ToLookup(incident => incident.Deployment), hold, now);
        return new(
            [.. tracks.Values.OrderBy(track => track.Id.ToString(), StringComparer.Ordinal)],
            [.. ModelsOf(hours, tracks).OrderBy(model => model.Name, StringComparer.Ordinal)]);
    }

    public AvailabilitySlice Slice(DateTimeOffset from, DateTimeOffset to) => new(
        from, to, [.. _deployments.Select(track => track.Within(from, to))], [.. _models.Select(track => track.Within(from, to))]);

    private static Dictionary<string, DeploymentTrack> TracksOf(
        List<(DateTimeOffset Hour, HourSheet Sheet)> hours, ILookup<DeploymentId, Incident> incidents, TimeSpan hold, DateTimeOffset now)
    {
        var learnt = hours.SelectMany(one => one.Sheet.Deployments, (one, entry) => (one.Hour, entry.Key, entry.Value)).GroupBy(one => one.Key);
        var tracks = new Dictionary<string, DeploymentTrack>(StringComparer.Ordinal);
        foreach (var deployment in learnt)
        {
            if (!DeploymentId.TryParse(deployment.Key, out var id))
                continue;
            tracks[deployment.Key] = DeploymentTrack.Of(id, [.. deployment.Select(one => (one.Hour, one.Value))], [.. incidents[id]], hold, now);
        }

        return tracks;
    }

    private static IEnumerable<ModelTrack> ModelsOf(List<(DateTimeOffset Hour, HourSheet Sheet)> hours, Dictionary<string, DeploymentTrack> tracks)
    {
        var deployments = hours.SelectMany(one => one.Sheet.Deployments.Keys.Where(tracks.ContainsKey), (one, key) => (one.Hour, Track: tracks[key]))
            .ToLookup(one => one.Track.Id.Model);
        var requests = hours.SelectMany(one => one.Sheet.Models, (one, entry) => (one.Hour, entry.Key, entry.Value)).ToLookup(one => one.Key);
        return deployments.Select(model => model.Key).Union(requests.Select(model => model.Key)).Select(name => ModelTrack.Of(
            name,
            deployments[name].GroupBy(one => one.Hour, one => one.Track).Select(hour => (hour.Key, (IReadOnlyList<DeploymentTrack>)[.. hour])),
            requests[name].ToDictionary(one => one.Hour, one => one.Value)));
    }
}
