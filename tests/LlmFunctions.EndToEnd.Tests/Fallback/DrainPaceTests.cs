using System.Diagnostics;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>A backlog is drained 4 at a time at first, twice as many after each clean interval, so that it does not knock an endpoint over that just
/// came back. Here an operator took it out and lets it back in, so that no trial and no ramp hold anything back.</summary>
public sealed class DrainPaceTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private const int First = 4;

    [Fact]
    public async Task Drain_WithinTheFirstInterval_HasFourInFlightAndNoMore()
    {
        await using var world = await StartAsync(TimeSpan.FromHours(1));
        var locations = await QueueAsync(world, 40, TimeSpan.FromMilliseconds(100));
        await PostAsync(world, "resume");
        foreach (var location in locations)
            await world.Router.Http.UntilAsync(location, "succeeded");
        Assert.Equal(First, world.Endpoints[0].Counters.Total.PeakInFlight);
    }

    [Fact]
    public async Task Drain_CleanIntervals_DoubleWhatIsInFlight()
    {
        var interval = TimeSpan.FromSeconds(1);
        await using var world = await StartAsync(interval);
        await QueueAsync(world, 120, TimeSpan.FromMilliseconds(400));
        var watch = Stopwatch.StartNew();
        await PostAsync(world, "resume");
        var peaks = new SortedDictionary<int, long>();
        await Eventually.IsTrueAsync(
            () =>
            {
                var inFlight = world.Endpoints[0].Counters.Total.InFlight;
                // Looked up after the count, so that a slow machine only allows more.
                var intervals = (int)(watch.Elapsed / interval);
                Assert.True(inFlight <= First * Math.Pow(2, intervals), $"{inFlight} in flight after {intervals} intervals");
                peaks[intervals] = Math.Max(peaks.GetValueOrDefault(intervals), inFlight);
                return inFlight > 2 * First;
            },
            TimeSpan.FromSeconds(60));
        output.WriteLine("most in flight per interval: " + string.Join(", ", peaks.Values));
    }

    private Task<RouterWorld> StartAsync(TimeSpan interval) =>
        QueueWorld.StartAsync(azurite, settings: new Dictionary<string, string?> { ["Replay:CleanInterval"] = interval.ToString() });

    /// <summary>A backlog while the deployment is taken out.</summary>
    private static async Task<string[]> QueueAsync(RouterWorld world, int requests, TimeSpan each)
    {
        world.Endpoints[0].Settings.FirstTokenDelay = each;
        await PostAsync(world, "drain");
        var locations = new List<string>();
        foreach (var batch in Enumerable.Range(0, requests).Chunk(25))
            locations.AddRange(await Task.WhenAll(batch.Select(i => world.Router.Http.QueueChatAsync($"backlog {i}"))));
        return [.. locations];
    }

    private static async Task PostAsync(RouterWorld world, string call)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/manage/deployments/m@e0/{call}") { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var response = await world.Router.Http.SendAsync(message);
        response.EnsureSuccessStatusCode();
    }
}
