using System.Text.Json;

namespace LlmFunctions.Core.Health.Availability;

/// <summary>What was learnt in one hour: a row per deployment and per model. One instance's, or several merged.</summary>
/// <param name="Deployments">Those in force, such as <c>gpt-4o@east</c>, also without evidence.</param>
/// <param name="Models">Those that were asked for.</param>
public sealed record HourSheet(IReadOnlyDictionary<string, DeploymentHour> Deployments, IReadOnlyDictionary<string, ModelHour> Models)
{
    public static readonly TimeSpan Length = TimeSpan.FromHours(1);

    public static HourSheet Empty { get; } = new(new Dictionary<string, DeploymentHour>(), new Dictionary<string, ModelHour>());

    /// <summary>When the hour (UTC) of a moment began.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % Length.Ticks), TimeSpan.Zero);

    public static HourSheet Parse(string json) => JsonSerializer.Deserialize(json, AvailabilityJson.Default.HourSheet) ?? Empty;

    public string ToJson() => JsonSerializer.Serialize(this, AvailabilityJson.Default.HourSheet);

    /// <summary>What both know of the same hour together, in whatever order instances are added.</summary>
    /// <param name="hour">When the hour began.</param>
    /// <param name="other">Another instance's sheet.</param>
    /// <param name="hold">For how long what was learnt about a deployment holds.</param>
    public HourSheet Add(DateTimeOffset hour, HourSheet other, TimeSpan hold) => new(
        AddUp(Deployments, other.Deployments, (one, two) => one.Add(hour, two, hold)),
        AddUp(Models, other.Models, (one, two) => one.Add(two)));

    private static Dictionary<string, T> AddUp<T>(IReadOnlyDictionary<string, T> one, IReadOnlyDictionary<string, T> two, Func<T, T, T> add)
    {
        var sum = new Dictionary<string, T>(one, StringComparer.Ordinal);
        foreach (var (name, more) in two)
            sum[name] = sum.TryGetValue(name, out var known) ? add(known, more) : more;
        return sum;
    }
}
