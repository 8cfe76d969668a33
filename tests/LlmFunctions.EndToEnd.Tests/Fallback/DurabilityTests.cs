using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>Storage fails while requests are being queued: what is accepted is durable.</summary>
public sealed class DurabilityTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("table")]
    [InlineData("blob")]
    public async Task LedgerCutOff_RequestIsNotAcceptedAndWhatWasAcceptedIsNotLost(string service)
    {
        await using var proxy = new TcpProxy(service == "table" ? azurite.TablePort : azurite.BlobPort);
        var storage = service == "table" ? azurite.WithPorts(table: proxy.Port) : azurite.WithPorts(blob: proxy.Port);
        await using var world = await QueueWorld.StartAsync(azurite, storage: storage);
        await world.Endpoints[0].StopAsync();
        var before = await world.Router.Http.QueueChatAsync("before");

        proxy.Mode = ProxyMode.Refuse;
        for (var i = 0; i < 5; i++)
        {
            var reply = await world.Router.Http.ChatAsync($"during {i}", headers: ("Prefer", "respond-async"));
            Assert.Equal(503, reply.Status);
            Assert.Contains("queue_unavailable", reply.Body, StringComparison.Ordinal);
        }

        proxy.Mode = ProxyMode.Forward;
        await world.Endpoints[0].RestartAsync();
        var after = await world.Router.Http.QueueChatAsync("after");
        foreach (var location in (string[])[before, after])
            await world.Router.Http.UntilAsync(location, "succeeded");
        Assert.DoesNotContain(world.Endpoints[0].Counters.Total.Executed.Keys, prompt => prompt.StartsWith("during", StringComparison.Ordinal));
    }

    [Fact]
    public async Task QueueServiceCutOffAlone_RequestIsAcceptedAndTheSweeperSendsItsMessageLater()
    {
        await using var proxy = new TcpProxy(azurite.QueuePort);
        await using var world = await QueueWorld.StartAsync(azurite, storage: azurite.WithPorts(queue: proxy.Port));
        await world.Router.Http.UntilAsync(await world.Router.Http.QueueChatAsync("warm"), "succeeded");
        proxy.Mode = ProxyMode.Refuse;
        var location = await world.Router.Http.QueueChatAsync("without a message");
        await Task.Delay(1000);
        Assert.Equal("queued", (string?)(await world.Router.Http.StateAsync(location))["status"]);

        proxy.Mode = ProxyMode.Forward;
        await world.Router.Http.UntilAsync(location, "succeeded");
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Executed["without a message"]);
    }
}
