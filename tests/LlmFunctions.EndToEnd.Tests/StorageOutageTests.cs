using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>The table cannot be reached: routing goes on from what is known.</summary>
public sealed class StorageOutageTests(AzuriteFixture azurite)
{
    private static readonly int[] Tiers = [0, 1];

    public static TheoryData<string> Outages => ["refuse", "delay"];

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task TableCutOffUnderLoad_NoRequestFailsAndStateIsSharedAgainAfterwards(string outage)
    {
        await using var proxy = new TcpProxy(azurite.TablePort);
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, storage: azurite.WithPorts(table: proxy.Port));
        var other = await world.AddRouterAsync(Tiers, storage: azurite.ConnectionString);
        await ExpectAnswersAsync(world, 30);

        proxy.Mode = outage == "refuse" ? ProxyMode.Refuse : ProxyMode.Delay(TimeSpan.FromSeconds(5));
        await ExpectAnswersAsync(world, 200);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Throttle, Headers = new Dictionary<string, string> { ["Retry-After"] = "120" } });
        await ExpectAnswersAsync(world, 20);
        Assert.Equal("Throttled", await world.SkippedAsync(0));
        Assert.Null(await world.SkippedAsync(0, router: 1));

        proxy.Mode = ProxyMode.Forward;
        await Eventually.IsTrueAsync(async () => await world.SkippedAsync(0, router: 1) == "Throttled", TimeSpan.FromSeconds(60));
        await ExpectAnswersAsync(world, 20);
        Assert.Equal("e1:200", (await other.Http.ChatAsync("shared again")).Path);
    }

    private static async Task ExpectAnswersAsync(RouterWorld world, int count)
    {
        var replies = new List<Task<ChatReply>>();
        for (var i = 0; i < count; i++)
        {
            replies.Add(world.Router.Http.ChatAsync($"outage {i}"));
            await Task.Delay(10);
        }

        Assert.All(await Task.WhenAll(replies), reply => Assert.Equal(200, reply.Status));
    }
}
