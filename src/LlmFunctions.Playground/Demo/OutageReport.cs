using System.Globalization;

namespace LlmFunctions.Playground.Demo;

/// <summary>What the death and the return of one endpoint did to the traffic.</summary>
/// <param name="Requests">All that were sent.</param>
/// <param name="Failed">Those without a 200.</param>
/// <param name="Wrong">Those with another text than an endpoint gives without the router.</param>
/// <param name="FailedOver">Those that met the death and were answered elsewhere.</param>
/// <param name="FailoverTime">From the death to the answer of the first of them; null: none met it.</param>
/// <param name="FirstTrail">The attempts of the first of them.</param>
/// <param name="Recovery">From the return to the first request that the endpoint answered again; null: none came.</param>
internal sealed record OutageReport(int Requests, int Failed, int Wrong, int FailedOver, TimeSpan? FailoverTime, string? FirstTrail, TimeSpan? Recovery)
{
    public int Lost => Failed + Wrong;

    /// <param name="answers">What the callers got.</param>
    /// <param name="right">The text of each prompt, as an endpoint gives it without the router.</param>
    /// <param name="endpoint">Who died.</param>
    /// <param name="died">When.</param>
    /// <param name="back">When it returned.</param>
    public static OutageReport Of(
        IReadOnlyList<DemoAnswer> answers, IReadOnlyDictionary<string, string?> right, string endpoint, TimeSpan died, TimeSpan back)
    {
        var failedOver = answers.Where(answer => answer.FailedOver && answer.EndedAt > died).ToList();
        var first = failedOver.MinBy(answer => answer.EndedAt);
        var returned = answers.Where(answer => answer.Endpoint == endpoint && answer.SentAt > back).MinBy(answer => answer.SentAt);
        return new(
            answers.Count,
            answers.Count(answer => answer.Status != 200),
            answers.Count(answer => answer.Status == 200 && (answer.Text is null || answer.Text != right[answer.Prompt])),
            failedOver.Count,
            first?.EndedAt - died,
            first?.Trail,
            returned?.SentAt - back);
    }

    public IEnumerable<string> Describe(string endpoint)
    {
        if (FailoverTime is { } failover)
            yield return string.Create(CultureInfo.InvariantCulture, $"failover time: {failover.TotalMilliseconds:0} ms after the death the first request that met it was answered ({FirstTrail})");
        yield return Recovery is { } recovery
            ? string.Create(CultureInfo.InvariantCulture, $"recovery: {endpoint} takes traffic again {recovery.TotalSeconds:0.0} s after its return")
            : $"{endpoint} got no traffic back";
        yield return string.Create(CultureInfo.InvariantCulture, $"{Requests} requests, {FailedOver} failed over unseen, {Failed} failed, {Wrong} got a wrong text");
    }
}
