using System.Text.Json.Nodes;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>No request stays <c>running</c> once its runner is gone: its lease ends, and the next sweep frees it.</summary>
internal static class RunningWatch
{
    /// <summary>Five times the lease and the sweep of <see cref="QueueWorld.Settings"/>.</summary>
    public static TimeSpan Most { get; } = 5 * (TimeSpan.FromSeconds(4) + TimeSpan.FromSeconds(1));

    /// <summary>Waits until each request has left the run it is in now. Returns the longest that took.</summary>
    public static async Task<TimeSpan> UntilNoneStaysRunningAsync(this HttpClient http, IEnumerable<string> locations)
    {
        var stuck = new Dictionary<string, int>();
        foreach (var location in locations)
        {
            if (await http.StateAsync(location) is var state && IsRunning(state))
                stuck.Add(location, Runs(state));
        }

        return await Eventually.IsTrueAsync(
            async () =>
            {
                foreach (var (location, run) in stuck.ToList())
                {
                    if (await http.StateAsync(location) is var state && !(IsRunning(state) && Runs(state) == run))
                        stuck.Remove(location);
                }

                return stuck.Count == 0;
            },
            Most);
    }

    private static bool IsRunning(JsonNode state) => (string?)state["status"] == "running";

    private static int Runs(JsonNode state) => (int)state["runs"]!;
}
