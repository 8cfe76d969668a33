using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>Failures free the key, and storage that fails costs no answer.</summary>
public sealed class IdempotencyFailureTests(AzuriteFixture azurite)
{
    private static readonly int[] One = [0];
    private static readonly (string, string) Key = ("Idempotency-Key", "k-1");

    [Fact]
    public async Task NothingAvailable_503_FreesTheKey()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        await world.Endpoints[0].StopAsync();
        Assert.Equal(503, (await world.Router.Http.ChatAsync("again", headers: Key)).Status);
        await world.Endpoints[0].RestartAsync();
        ChatReply? reply = null;
        await Eventually.IsTrueAsync(async () => (reply = await world.Router.Http.ChatAsync("again", headers: Key)).Status == 200, QueueWorld.Patience);
        Assert.Equal(await world.DirectAnswerAsync("again"), reply!.Text);
    }

    [Fact]
    public async Task DeadlinePassed_504_FreesTheKey()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        Assert.Equal(504, (await world.Router.Http.ChatAsync("again", headers: [Key, ("x-llm-timeout", "0.5")])).Status);
        world.Endpoints[0].Faults.Clear();
        Assert.Equal(200, (await world.Router.Http.ChatAsync("again", headers: Key)).Status);
    }

    [Fact]
    public async Task CallerLeaves_BeforeTheAnswer_FreesTheKey()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang, Times = 1 });
        using var caller = new CancellationTokenSource();
        using var message = Chats.Message("again", headers: Key);
        var sending = world.Router.Http.SendAsync(message, caller.Token);
        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total.InFlight == 1, QueueWorld.Patience);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal(200, (await world.Router.Http.ChatAsync("again", headers: Key)).Status);
    }

    [Fact]
    public async Task CallerLeaves_InTheMiddleOfAStream_FreesTheKey()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Stall, AfterTokens = 5, Times = 1 });
        using (var message = Chats.Message("again", stream: true, Key))
        using (var response = await world.Router.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead))
        {
            var stream = await response.Content.ReadAsStreamAsync();
            Assert.NotEqual(0, await stream.ReadAsync(new byte[1]));
        }

        var reply = await world.Router.Http.ChatAsync("again", stream: true, Key);
        Assert.EndsWith("data: [DONE]\n\n", reply.Body, StringComparison.Ordinal);
        Assert.Equal(await world.DirectAnswerAsync("again"), reply.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeysCutOff_Is503BeforeAnythingRuns(bool stream)
    {
        await using var proxy = new TcpProxy(azurite.TablePort);
        await using var world = await RouterWorld.StartAsync(azurite, One, storage: azurite.WithPorts(table: proxy.Port));
        Assert.Equal(200, (await world.Router.Http.ChatAsync("warm")).Status);
        proxy.Mode = ProxyMode.Refuse;
        var reply = await world.Router.Http.ChatAsync("once", stream, Key);
        Assert.Equal(503, reply.Status);
        Assert.Contains("idempotency_unavailable", reply.Body, StringComparison.Ordinal);
        Assert.False(world.Endpoints[0].Counters.Total.Received.ContainsKey("once"));
        proxy.Mode = ProxyMode.Forward;
        Assert.Equal(200, (await world.Router.Http.ChatAsync("once", stream, Key)).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnswersCutOff_CallerGetsItsAnswerWholeAndTheKeyIsFree(bool stream)
    {
        await using var proxy = new TcpProxy(azurite.BlobPort);
        await using var world = await RouterWorld.StartAsync(azurite, One, storage: azurite.WithPorts(blob: proxy.Port));
        proxy.Mode = ProxyMode.Refuse;
        var first = await world.Router.Http.ChatAsync("not kept", stream, Key);
        Assert.Equal((200, await world.DirectAnswerAsync("not kept")), (first.Status, first.Text));
        Assert.Equal(stream, first.Body.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
        proxy.Mode = ProxyMode.Forward;
        var second = await world.Router.Http.ChatAsync("not kept", stream, Key);
        var third = await world.Router.Http.ChatAsync("not kept", stream, Key);
        Assert.Equal((200, first.Text, second.Body), (second.Status, second.Text, third.Body));
        Assert.Equal(2, world.Endpoints[0].Counters.ForModel("m-at-e0").Executed["not kept"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeysCutOffWhileItRuns_CallerGetsItsAnswer(bool stream)
    {
        await using var proxy = new TcpProxy(azurite.TablePort);
        await using var world = await RouterWorld.StartAsync(azurite, One, storage: azurite.WithPorts(table: proxy.Port));
        world.Endpoints[0].Settings.FirstTokenDelay = TimeSpan.FromSeconds(1);
        var sending = world.Router.Http.ChatAsync("once", stream, Key);
        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total.InFlight == 1, QueueWorld.Patience);
        proxy.Mode = ProxyMode.Refuse;
        var reply = await sending;
        Assert.Equal((200, await world.DirectAnswerAsync("once")), (reply.Status, reply.Text));
    }
}
