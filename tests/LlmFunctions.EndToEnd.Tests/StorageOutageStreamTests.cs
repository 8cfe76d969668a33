using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>All of storage is cut off under a load of streams: none of them breaks, and none is refused.</summary>
public sealed class StorageOutageStreamTests(AzuriteFixture azurite)
{
    private static readonly int[] Tiers = [0, 1];

    [Theory]
    [InlineData("refuse")]
    [InlineData("delay")]
    public async Task StorageCutOffUnderLoad_EveryStreamIsWhole(string outage)
    {
        await using var blobs = new TcpProxy(azurite.BlobPort);
        await using var queues = new TcpProxy(azurite.QueuePort);
        await using var tables = new TcpProxy(azurite.TablePort);
        await using var world = await RouterWorld.StartAsync(
            azurite, Tiers, storage: azurite.WithPorts(blobs.Port, queues.Port, tables.Port), options: _ => new() { TokensPerSecond = 100 });
        var streams = new List<Task<ChatReply>>();
        await SendAsync(world, streams, 30);

        foreach (var proxy in (TcpProxy[])[blobs, queues, tables])
            proxy.Mode = outage == "refuse" ? ProxyMode.Refuse : ProxyMode.Delay(TimeSpan.FromSeconds(5));
        await SendAsync(world, streams, 120);
        // What the router learns meanwhile, it knows, though it can tell nobody.
        await world.Endpoints[0].StopAsync();
        await SendAsync(world, streams, 60);

        var replies = await Task.WhenAll(streams);
        world.Endpoints[1].Settings.TokensPerSecond = 0;
        for (var i = 0; i < replies.Length; i++)
        {
            // Those that the endpoint took with it say so; all others are whole.
            if (replies[i].Body.Contains("stream_cut", StringComparison.Ordinal))
                Assert.Equal("e0:200", replies[i].Path);
            else
                Assert.Equal((200, await world.DirectAnswerAsync($"stream {i}", 1)), (replies[i].Status, replies[i].Text));
        }

        Assert.All(replies.TakeLast(20), reply => Assert.Equal("e1:200", reply.Path));
    }

    private static async Task SendAsync(RouterWorld world, List<Task<ChatReply>> streams, int count)
    {
        for (var i = 0; i < count; i++)
        {
            streams.Add(world.Router.Http.ChatAsync($"stream {streams.Count}", stream: true));
            await Task.Delay(10);
        }
    }
}
