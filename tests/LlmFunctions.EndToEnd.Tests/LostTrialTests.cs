using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>A router dies (kill -9) while it tries a deployment.</summary>
public sealed class LostTrialTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly int[] Tiers = [0, 1];
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task RouterKilledDuringItsTrial_TheOtherTriesAtTheEndOfTheLeaseAndNotBefore()
    {
        var settings = new Dictionary<string, string?> { ["Health:Break"] = "00:00:01" };
        await using var world = await RouterWorld.StartAsync(
            azurite, Tiers, catalog => catalog["models"]!["m"]!["answerLimit"] = "00:00:10", settings);
        await using var doomed = await world.StartProcessAsync(Tiers, settings);
        var primary = world.Endpoints[0];
        primary.Faults.Add(new() { Kind = FaultKind.WrongJson });
        for (var i = 0; i < 3; i++)
            await doomed.Http.ChatAsync("break");
        primary.Faults.Clear();
        primary.Faults.Add(new() { Kind = FaultKind.Hang });

        // One of them takes the trial and hangs in it; the others learn of its lease.
        var asking = Task.CompletedTask;
        await Eventually.IsTrueAsync(
            async () =>
            {
                if (asking.IsCompleted)
                    asking = doomed.Http.ChatAsync("trial");
                await Task.WhenAny(asking, Task.Delay(200));
                return await world.SkippedAsync(0) == "TrialPending" && primary.Counters.Total.InFlight == 1;
            },
            10 * Promise);
        var until = (await world.CircuitAsync(0))["trialUntil"]!.GetValue<DateTimeOffset>();
        await doomed.KillAsync();
        primary.Faults.Clear();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => asking);

        var early = until - TimeProvider.System.GetUtcNow();
        await Eventually.IsTrueAsync(
            async () =>
            {
                var reply = await world.Router.Http.ChatAsync("next");
                Assert.Equal(200, reply.Status);
                return reply.Path == "e0:200";
            },
            early + (5 * Promise));
        var late = TimeProvider.System.GetUtcNow() - until;
        output.WriteLine($"Killed {early.TotalSeconds:0.0} s before the end of its lease; the next trial succeeded {late.TotalMilliseconds:0} ms after it.");
        Assert.True(late > TimeSpan.Zero, "The trial began while another router had the lease.");
    }
}
