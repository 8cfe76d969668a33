namespace LlmFunctions.Core.Health.Availability;

/// <summary>What one model was when.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Up">At least one of its deployments was up.</param>
/// <param name="Down">None was, and it is known of each that it was out.</param>
/// <param name="Requests">What became of the requests for it, by the hour.</param>
internal sealed record ModelTrack(string Name, Periods Up, Periods Down, IReadOnlyDictionary<DateTimeOffset, ModelHour> Requests)
{
    /// <param name="name">Its name.</param>
    /// <param name="deployments">Which deployments it had in each hour.</param>
    /// <param name="requests">What became of its requests.</param>
    public static ModelTrack Of(
        string name, IEnumerable<(DateTimeOffset Hour, IReadOnlyList<DeploymentTrack> Deployments)> deployments, IReadOnlyDictionary<DateTimeOffset, ModelHour> requests)
    {
        var (up, down) = (new List<Period>(), new List<Period>());
        foreach (var (hour, tracks) in deployments)
        {
            var end = hour + HourSheet.Length;
            up.AddRange(tracks.SelectMany(track => track.Up.Within(hour, end)));
            var allOut = tracks.Select(track => track.Out.Within(hour, end)).Aggregate((one, other) => one.Intersect(other));
            // What an operator took out is as if it were not there; without any left, nobody expects an answer.
            var allDraining = tracks.Select(track => track.Draining.Within(hour, end)).Aggregate((one, other) => one.Intersect(other));
            down.AddRange(allOut.Except(allDraining));
        }

        return new(name, Periods.Of(up), Periods.Of(down), requests);
    }

    public ModelAvailability Within(DateTimeOffset from, DateTimeOffset to)
    {
        var (up, down) = (Up.Within(from, to), Down.Within(from, to));
        var requests = Requests.Where(hour => hour.Key >= HourSheet.HourOf(from) && hour.Key < to).Aggregate(ModelHour.None, (sum, hour) => sum.Add(hour.Value));
        return new(Name, AvailabilityFigures.Of(up, down, down.Count), to - from - up.Total - down.Total, requests);
    }
}
