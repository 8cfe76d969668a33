using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnotherBody_UnderTheSameKey_Is422(bool stream)
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        Assert.Equal(200, (await world.Router.Http.ChatAsync("one", stream, Key)).Status);
        Assert.Equal(422, (await world.Router.Http.ChatAsync("other", stream, Key)).Status);
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Requests);
    }

    [Fact]
    public async Task AnotherBody_UnderTheKeyOfAQueuedRequest_Is422()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        await world.Router.Http.QueueChatAsync("one", headers: Key);
        Assert.Equal(422, (await world.Router.Http.ChatAsync("other", headers: [("Prefer", "respond-async"), Key])).Status);
    }

    [Fact]
    public async Task TwoOwners_WithTheSameKey_HaveAnAnswerEach()
    {
        await using var world = await QueueWorld.StartAsync(azurite, settings: new Dictionary<string, string?>
        {
            ["Access:AllowAnonymous"] = "false",
            ["Access:CallerKeys:a"] = "env:KEY_A",
            ["Access:CallerKeys:b"] = "env:KEY_B",
            ["KEY_A"] = "a",
            ["KEY_B"] = "b",
        });
        Assert.Equal(200, (await world.Router.Http.ChatAsync("from a", headers: [Key, ("api-key", "a")])).Status);
        Assert.Equal(200, (await world.Router.Http.ChatAsync("from b", headers: [Key, ("api-key", "b")])).Status);
        Assert.Equal(422, (await world.Router.Http.ChatAsync("from b", headers: [Key, ("api-key", "a")])).Status);
    }

    [Fact]
    public async Task EmptyKey_Is400()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        var reply = await world.Router.Http.ChatAsync("keyless", headers: ("Idempotency-Key", ""));
        Assert.Equal(400, reply.Status);
        Assert.Contains("idempotency_key_not_valid", reply.Body, StringComparison.Ordinal);
        Assert.Equal(0, world.Endpoints[0].Counters.Total.Requests);
    }

    [Fact]
    public async Task MultipartForm_SentAgainWithAnotherBoundary_IsATwin()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        var first = await TranscribeAsync(world, "one-boundary");
        Assert.Equal(200, first.Status);
        Assert.Equal(first, await TranscribeAsync(world, "another"));
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Requests);
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

    [Fact]
    public async Task Queued_Twin_NamesTheRequestThatIsInTheLedger()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var location = await world.Router.Http.QueueChatAsync("queued", headers: Key);
        var twin = await world.Router.Http.ChatAsync("queued", headers: [("Prefer", "respond-async"), Key]);
        Assert.Equal((location, location), (twin.Headers["Location"], $"/v1/requests/{twin.Headers["x-llm-request-id"]}"));
    }

    [Fact]
    public async Task QueuedStream_Twin_NamesTheRequestThatIsInTheLedger()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var location = await world.Router.Http.QueueChatAsync("queued", stream: true, Key);
        var twin = await world.Router.Http.ChatAsync("queued", stream: true, Key);
        Assert.Contains($"{location}/response", twin.Body, StringComparison.Ordinal);
        Assert.Equal(location, $"/v1/requests/{twin.Headers["x-llm-request-id"]}");
    }

    [Fact]
    public async Task QueuedBackgroundResponse_TwinWhenItIsDone_GetsItUnderTheSameId()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var queued = await RespondAsync(world);
        Assert.Equal("queued", (string?)queued["status"]);
        await world.Endpoints[0].RestartAsync();
        JsonNode? twin = null;
        await Eventually.IsTrueAsync(async () => (string?)(twin = await RespondAsync(world))["status"] == "completed", QueueWorld.Patience);
        Assert.Equal((string?)queued["id"], (string?)twin!["id"]);
        Assert.NotNull(twin["output"]![0]);
    }

    [Fact]
    public async Task Queued_Failed_FreesTheKey()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ContextLength, Times = 1 });
        var first = await world.Router.Http.QueueChatAsync("too long", headers: Key);
        await world.Router.Http.UntilAsync(first, "failed");
        var second = await world.Router.Http.QueueChatAsync("shorter", headers: Key);
        Assert.NotEqual(first, second);
        await world.Router.Http.UntilAsync(second, "succeeded");
    }

    [Fact]
    public async Task Queued_Expired_FreesTheKey()
    {
        await using var world = await QueueWorld.StartAsync(azurite, catalog => catalog["models"]!["m"]!["timeToLive"] = "00:00:02");
        await world.Endpoints[0].StopAsync();
        var first = await world.Router.Http.QueueChatAsync("too late", headers: Key);
        await world.Router.Http.UntilAsync(first, "expired");
        Assert.NotEqual(first, await world.Router.Http.QueueChatAsync("too late", headers: Key));
    }

    private static async Task<JsonNode> RespondAsync(RouterWorld world)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/responses")
        {
            Content = JsonContent.Create(new JsonObject { ["model"] = "m", ["input"] = "think", ["background"] = true }),
        };
        message.Headers.Add(Key.Item1, Key.Item2);
        using var response = await world.Router.Http.SendAsync(message);
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private static async Task<(int Status, string Body)> TranscribeAsync(RouterWorld world, string boundary)
    {
        using var form = new MultipartFormDataContent(boundary)
        {
            { new StringContent("m"), "model" },
            { new ByteArrayContent("RIFF"u8.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("audio/wav") } }, "file", "speech.wav" },
        };
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/audio/transcriptions") { Content = form };
        message.Headers.Add(Key.Item1, Key.Item2);
        using var response = await world.Router.Http.SendAsync(message);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
