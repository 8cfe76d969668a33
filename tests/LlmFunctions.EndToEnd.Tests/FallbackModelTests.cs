using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>Other models after the last tier. The model <c>m</c> has e0 and e1, its fallback model <c>n</c> has e2.</summary>
public sealed class FallbackModelTests(AzuriteFixture azurite)
{
    private static readonly int[] Tiers = [0, 1, 0];

    [Theory]
    [InlineData(FaultKind.WrongJson, "malformed", false)]
    [InlineData(FaultKind.WrongJson, "malformed", true)]
    [InlineData(FaultKind.Refuse, "refused", false)]
    [InlineData(FaultKind.Throttle, "429", true)]
    public async Task Chat_EveryDeploymentFails_TheFallbackModelAnswersUnderItsOwnName(FaultKind fault, string label, bool stream)
    {
        await using var world = await StartAsync();
        Break(world, fault);
        var reply = await world.Router.Http.ChatAsync("fallback", stream);
        Assert.Equal((200, $"e0:{label}, e1:{label}, e2:200"), (reply.Status, reply.Path));
        Assert.Equal(("e2", "n"), (reply.Endpoint, reply.Headers["x-llm-model"]));
        Assert.Contains("\"n-at-e2\"", world.Endpoints[2].Counters.Total.LastRequest!.BodyText, StringComparison.Ordinal);
        Assert.Equal(await world.DirectAnswerAsync("fallback", 2), reply.Text);
    }

    [Fact]
    public async Task Chat_OwnDeploymentAnswers_TheModelIsTheOneAskedFor()
    {
        await using var world = await StartAsync();
        Assert.Equal("m", (await world.Router.Http.ChatAsync("own")).Headers["x-llm-model"]);
        Assert.Equal(0, world.Endpoints[2].Counters.Total.Requests);
    }

    [Fact]
    public async Task Chat_NothingOfTheModelIsAvailable_GoesToTheFallbackModelAtOnce()
    {
        await using var world = await StartAsync();
        foreach (var endpoint in world.Endpoints.Take(2))
            endpoint.Faults.Add(new() { Kind = FaultKind.Throttle, Headers = new Dictionary<string, string> { ["Retry-After"] = "60" } });
        await world.Router.Http.ChatAsync("throttles both");
        var reply = await world.Router.Http.ChatAsync("at once");
        Assert.Equal((200, "e2:200"), (reply.Status, reply.Path));
    }

    [Fact]
    public async Task Chat_MaxAttemptsReached_DoesNotReachTheFallbackModel()
    {
        await using var world = await StartAsync(m => m["maxAttempts"] = 2);
        Break(world, FaultKind.WrongJson);
        var reply = await world.Router.Http.ChatAsync("bounded");
        Assert.Equal((503, "e0:malformed, e1:malformed"), (reply.Status, reply.Path));
        Assert.False(reply.Headers.ContainsKey("x-llm-model"));
    }

    [Theory]
    [InlineData(8000, null, true)]
    [InlineData(8000, 16_000, true)]
    [InlineData(8000, 8000, false)]
    [InlineData(8000, 4000, false)]
    [InlineData(null, 4000, true)]
    public async Task Chat_ContextLengthExceeded_GoesOnlyToFallbackModelsNotDeclaredAsSmall(int? asked, int? fallback, bool isAsked)
    {
        await using var world = await StartAsync(m => Declare(m, asked), n => Declare(n, fallback));
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ContextLength });
        foreach (var stream in (bool[])[false, true])
        {
            var reply = await world.Router.Http.ChatAsync("long", stream);
            Assert.Equal(isAsked ? (200, "e0:400, e2:200", "n") : (400, "e0:400", "m"), (reply.Status, reply.Path, reply.Headers["x-llm-model"]));
            Assert.Equal(!isAsked, reply.Body.Contains("context_length_exceeded", StringComparison.Ordinal));
        }

        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);
        Assert.Null(await world.SkippedAsync(0));
    }

    [Fact]
    public async Task Chat_ContextLengthExceededAndNobodyElseAnswers_IsPassedOnAsItCame()
    {
        await using var world = await StartAsync();
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ContextLength, Body = """{"error":{"code":"context_length_exceeded","message":"of e0"}}""" });
        world.Endpoints[2].Faults.Add(new() { Kind = FaultKind.WrongJson });
        var reply = await world.Router.Http.ChatAsync("long");
        Assert.Equal((400, "e0:400, e2:malformed", "e0"), (reply.Status, reply.Path, reply.Endpoint));
        Assert.Equal("""{"error":{"code":"context_length_exceeded","message":"of e0"}}""", reply.Body);
    }

    [Fact]
    public async Task Chat_TooLongForTheFallbackModelAlone_IsNotTheCallersError()
    {
        await using var world = await StartAsync();
        Break(world, FaultKind.WrongJson);
        world.Endpoints[2].Faults.Add(new() { Kind = FaultKind.ContextLength });
        var reply = await world.Router.Http.ChatAsync("long");
        Assert.Equal((503, "e0:malformed, e1:malformed, e2:400"), (reply.Status, reply.Path));
    }

    [Theory]
    [InlineData("content_filter", false)]
    [InlineData("content_filter", true)]
    [InlineData("content_policy_violation", false)]
    [InlineData("content_policy_violation", true)]
    public async Task Chat_ContentFilter_GoesOnOnlyWhereTheModelAllowsIt(string code, bool isAllowed)
    {
        await using var world = await StartAsync(m =>
        {
            if (isAllowed)
                m["fallbackOn"] = new JsonArray("content_filter");
        });
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ContentFilter, Code = code });
        foreach (var stream in (bool[])[false, true])
        {
            var reply = await world.Router.Http.ChatAsync("filtered", stream);
            Assert.Equal(isAllowed ? (200, "e0:400, e2:200") : (400, "e0:400"), (reply.Status, reply.Path));
        }

        Assert.Equal(0, world.Endpoints[1].Counters.Total.Requests);
        Assert.Null(await world.SkippedAsync(0));
    }

    [Fact]
    public async Task Chat_FallbackModelOfAnotherKind_IsNotAsked()
    {
        await using var world = await StartAsync(catalog: document => document["endpoints"]!["e2"]!["kind"] = "anthropic");
        Break(world, FaultKind.WrongJson);
        var reply = await world.Router.Http.ChatAsync("kind");
        Assert.Equal((503, "e0:malformed, e1:malformed"), (reply.Status, reply.Path));
        Assert.Equal(0, world.Endpoints[2].Counters.Total.Requests);
    }

    [Fact]
    public async Task Chat_FallbackModelsOfTheFallbackModel_AreNotFollowed()
    {
        await using var world = await StartAsync(n: n => n["fallbackModels"] = new JsonArray("o"), catalog: document =>
            document["models"]!["o"] = new JsonObject { ["deployments"] = new JsonObject { ["e1"] = new JsonObject { ["model"] = "o-at-e1" } } });
        foreach (var endpoint in world.Endpoints)
            endpoint.Faults.Add(new() { Kind = FaultKind.WrongJson });
        Assert.Equal("e0:malformed, e1:malformed, e2:malformed", (await world.Router.Http.ChatAsync("chain")).Path);
        Assert.Equal(0, world.Endpoints[1].Counters.ForModel("o-at-e1").Requests);
    }

    [Fact]
    public async Task Responses_BoundToAStoredAnswer_NeverGoToAFallbackModel()
    {
        await using var world = await StartAsync();
        var first = await RespondAsync(world, new() { ["model"] = "m", ["input"] = "one" });
        Assert.Equal((200, "e0"), (first.Status, first.Endpoint));
        Break(world, FaultKind.Refuse);
        var bound = await RespondAsync(world, new() { ["model"] = "m", ["input"] = "two", ["previous_response_id"] = (string)JsonNode.Parse(first.Body)!["id"]! });
        Assert.Equal(503, bound.Status);
        Assert.Equal(0, world.Endpoints[2].Counters.Total.Requests);
        var free = await RespondAsync(world, new() { ["model"] = "m", ["input"] = "three" });
        Assert.Equal((200, "n"), (free.Status, free.Headers["x-llm-model"]));
    }

    [Fact]
    public async Task Explain_ModelWithFallbackModels_ShowsThemBehindTheLastTier()
    {
        await using var world = await StartAsync();
        using var response = await world.Router.Http.PostAsJsonAsync("/v1/explain", Chats.Body("why"));
        var decision = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal(["m@e0", "m@e1", "n@e2"], decision["candidates"]!.AsArray().Select(candidate => (string)candidate!["deployment"]!));
    }

    private Task<RouterWorld> StartAsync(Action<JsonObject>? m = null, Action<JsonObject>? n = null, Action<JsonObject>? catalog = null) =>
        RouterWorld.StartAsync(azurite, Tiers, document =>
        {
            var asked = document["models"]!["m"]!.AsObject();
            asked["deployments"]!.AsObject().Remove("e2");
            asked["fallbackModels"] = new JsonArray("n");
            var fallback = new JsonObject { ["deployments"] = new JsonObject { ["e2"] = new JsonObject { ["model"] = "n-at-e2" } } };
            m?.Invoke(asked);
            n?.Invoke(fallback);
            document["models"]!["n"] = fallback;
            catalog?.Invoke(document);
        });

    private static void Declare(JsonObject model, int? contextTokens)
    {
        if (contextTokens is not null)
            model["contextTokens"] = contextTokens;
    }

    private static void Break(RouterWorld world, FaultKind kind)
    {
        foreach (var endpoint in world.Endpoints.Take(2))
            endpoint.Faults.Add(new() { Kind = kind });
    }

    private static async Task<ChatReply> RespondAsync(RouterWorld world, JsonObject body)
    {
        using var response = await world.Router.Http.PostAsJsonAsync("/v1/responses", body);
        return await ChatReply.ReadAsync(response);
    }
}
