using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>Everything is down, requests are taken, everything returns.</summary>
public sealed class DrainTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private const int Requests = 500;

    [Fact]
    public async Task AllEndpointsDown_500RequestsTaken_500RightAnswersEachExecutedOnceAndPaced()
    {
        await using var world = await QueueWorld.StartAsync(azurite, endpoints: 2);
        foreach (var endpoint in world.Endpoints)
            await endpoint.StopAsync();

        var begun = TimeProvider.System.GetTimestamp();
        var locations = new Dictionary<string, string>();
        foreach (var batch in Enumerable.Range(0, Requests).Chunk(25))
        {
            var taken = await Task.WhenAll(batch.Select(async i => ($"question {i}", await world.Router.Http.QueueChatAsync($"question {i}", stream: i % 5 == 0))));
            foreach (var (prompt, location) in taken)
                locations.Add(prompt, location);
        }

        output.WriteLine($"{Requests} taken in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s");
        foreach (var endpoint in world.Endpoints)
        {
            endpoint.Settings.FirstTokenDelay = TimeSpan.FromMilliseconds(20);
            await endpoint.RestartAsync();
        }

        begun = TimeProvider.System.GetTimestamp();
        foreach (var (prompt, location) in locations)
        {
            await world.Router.Http.UntilAsync(location, "succeeded");
            Assert.Equal(await world.DirectAnswerAsync(prompt), (await world.Router.Http.AnswerAsync(location)).Text);
        }

        var executed = world.Endpoints.Sum(endpoint => endpoint.Counters.ForModel("m-at-e0").Executed.Values.Sum() + endpoint.Counters.ForModel("m-at-e1").Executed.Values.Sum());
        var peak = world.Endpoints.Max(endpoint => endpoint.Counters.Total.PeakInFlight);
        output.WriteLine($"drained in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s, peak in flight {peak}");
        Assert.Equal(Requests, executed);
        Assert.True(peak <= 64, $"{peak} in flight");
    }
}
