using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>An endpoint dies under steady traffic and comes back: no caller notices.</summary>
public sealed class FailoverUnderLoadTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SteadyLoad_OneOfTwoEndpointsDiesAndReturns_NoRequestFails(bool stream)
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 0]);
        var replies = new List<Task<ChatReply>>();
        await SendAsync(world, replies, 100, stream);

        var dead = world.Endpoints[0];
        await dead.StopAsync();
        await SendAsync(world, replies, 150, stream);
        await Eventually.IsTrueAsync(async () => await world.SkippedAsync(0) is not null, TimeSpan.FromSeconds(10));
        var whileDead = await Task.WhenAll(replies);
        var atDead = AttemptsAfterOpening(whileDead);

        await dead.RestartAsync();
        var before = dead.Counters.Total.Completed;
        var back = await Eventually.IsTrueAsync(
            async () =>
            {
                await SendAsync(world, replies, 4, stream);
                return dead.Counters.Total.Completed >= before + 10;
            },
            TimeSpan.FromSeconds(60));
        var all = await Task.WhenAll(replies);

        output.WriteLine($"{all.Length} requests, {all.Count(r => r.Trail.Contains(',', StringComparison.Ordinal))} failed over, traffic back after {back.TotalSeconds:0.0} s");
        Assert.True(all.Length >= 200);
        Assert.All(all, reply => Assert.Equal(200, reply.Status));
        Assert.All(all, reply => Assert.NotEqual("", reply.Text));
        Assert.True(atDead < 5, $"{atDead} attempts were made at the dead endpoint after its circuit had opened.");
    }

    // Three failures open the circuit; what was under way at that moment may add its own, and each break has one trial.
    private static int AttemptsAfterOpening(ChatReply[] replies) =>
        replies.Skip(100).SkipWhile(reply => !reply.Path.Contains("e0:re", StringComparison.Ordinal)).Skip(40)
            .Count(reply => reply.Path.Contains("e0:re", StringComparison.Ordinal)) is var late && late > 0 ? late - Math.Min(late, 2) : 0;

    private static async Task SendAsync(RouterWorld world, List<Task<ChatReply>> replies, int count, bool stream)
    {
        for (var i = 0; i < count; i++)
        {
            replies.Add(world.Router.Http.ChatAsync($"load {replies.Count}", stream));
            await Task.Delay(10);
        }
    }
}
