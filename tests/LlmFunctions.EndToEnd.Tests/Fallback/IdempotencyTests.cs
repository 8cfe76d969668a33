using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>One visible answer per owner and key.</summary>
public sealed class IdempotencyTests(AzuriteFixture azurite)
{
    private static readonly (string, string) Key = ("Idempotency-Key", "k-1");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Twins_AtOnceAndLater_GetTheAnswerOfOneExecution(bool stream)
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Settings.FirstTokenDelay = TimeSpan.FromMilliseconds(300);
        var twins = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Router.Http.ChatAsync("once", stream, Key)));
        var later = await world.Router.Http.ChatAsync("once", stream, Key);
        Assert.All([.. twins, later], reply => Assert.Equal((200, twins[0].Body), (reply.Status, reply.Body)));
        Assert.NotEqual("", later.Text);
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Executed["once"]);
    }

    [Fact]
    public async Task AnotherBody_UnderTheSameKey_Is422()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        Assert.Equal(200, (await world.Router.Http.ChatAsync("one", headers: Key)).Status);
        Assert.Equal(422, (await world.Router.Http.ChatAsync("other", headers: Key)).Status);
    }

    [Fact]
    public async Task Failure_FreesTheKey()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ContextLength, Times = 1 });
        Assert.Equal(400, (await world.Router.Http.ChatAsync("again", headers: Key)).Status);
        Assert.Equal(200, (await world.Router.Http.ChatAsync("again", headers: Key)).Status);
    }

    [Fact]
    public async Task Stream_BrokenInTheMiddle_FreesTheKey()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5, Times = 1 });
        Assert.Contains("stream_cut", (await world.Router.Http.ChatAsync("cut", stream: true, Key)).Body, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", (await world.Router.Http.ChatAsync("cut", stream: true, Key)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queued_TwinsShareOneRequestAndThenItsAnswer()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var first = await world.Router.Http.QueueChatAsync("queued", headers: Key);
        Assert.Equal(first, await world.Router.Http.QueueChatAsync("queued", headers: Key));
        await world.Endpoints[0].RestartAsync();
        await world.Router.Http.UntilAsync(first, "succeeded");
        var later = await world.Router.Http.ChatAsync("queued", headers: Key);
        Assert.Equal((200, await world.DirectAnswerAsync("queued")), (later.Status, later.Text));
    }
}
