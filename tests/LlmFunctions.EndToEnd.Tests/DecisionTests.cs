using System.Net;
using System.Text.Json.Nodes;
using LlmFunctions.EndToEnd.Tests.Fallback;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>Why a request went the way it did, asked afterwards.</summary>
public sealed class DecisionTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly int[] Tiers = [0, 1];
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Decisions:Share"] = "0",
        ["Access:CallerKeys:team-a"] = "env:KEY_A",
        ["Access:CallerKeys:team-b"] = "env:KEY_B",
        ["KEY_A"] = "a",
        ["KEY_B"] = "b",
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failover_AskedByItsCaller_TellsBothAttempts(bool stream)
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson });
        var reply = await world.Router.Http.ChatAsync("failover", stream, ("api-key", "a"));
        Assert.Equal("e0:malformed, e1:200", reply.Path);

        var decision = await UntilKeptAsync(world, IdOf(reply));
        Assert.Equal(["malformed", "200"], decision["attempts"]!.AsArray().Select(attempt => (string)attempt!["outcome"]!));
        Assert.Equal(["m@e0", "m@e1"], decision["candidates"]!.AsArray().Select(candidate => (string)candidate!["deployment"]!));
        Assert.Equal(("answered", 200), ((string)decision["result"]!, (int)decision["status"]!));
        Assert.DoesNotContain("failover", decision.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failover_AskedByAnother_IsNotThereAndForAnOperatorItIs()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings);
        var other = await world.AddRouterAsync(Tiers, settings: Settings);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson });
        var id = IdOf(await world.Router.Http.ChatAsync("mine", false, ("api-key", "a")));
        await UntilKeptAsync(world, id);

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(other, id, "a")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(other, id, "b")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(other, id, null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(other, id, RouterInstance.OperatorKey)).Status);
    }

    [Fact]
    public async Task OrdinaryRequest_ShareOfNone_HasNoDecisionAndShareOfAllHasOne()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings);
        var all = await world.AddRouterAsync(Tiers, settings: new Dictionary<string, string?>(Settings) { ["Decisions:Share"] = "1" });
        var without = IdOf(await world.Router.Http.ChatAsync("ordinary", false, ("api-key", "a")));
        var with = IdOf(await all.Http.ChatAsync("ordinary", false, ("api-key", "a")));

        await UntilKeptAsync(world, with);
        await UntilKeptAsync(world, IdOf(await FailAsync(world)));
        var (status, body) = await AskAsync(world.Router, without, "a");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("decision_not_kept", (string)JsonNode.Parse(body)!["error"]!["code"]!);
    }

    [Fact]
    public async Task Refused_NothingAvailable_TellsWhyEachWasSkipped()
    {
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings);
        foreach (var endpoint in world.Endpoints)
            endpoint.Faults.Add(new() { Kind = FaultKind.Throttle, Headers = new Dictionary<string, string> { ["Retry-After"] = "60" } });
        await world.Router.Http.ChatAsync("throttled", false, ("api-key", "a"));
        var reply = await world.Router.Http.ChatAsync("refused", false, ("api-key", "a"));
        Assert.Equal(503, reply.Status);

        var decision = await UntilKeptAsync(world, IdOf(reply));
        Assert.Equal(["Throttled", "Throttled"], decision["candidates"]!.AsArray().Select(candidate => (string)candidate!["skipped"]!));
        Assert.Equal(("refused", 503, "no_deployment_available"), ((string)decision["result"]!, (int)decision["status"]!, (string)decision["error"]!));
    }

    [Fact]
    public async Task BrokenStream_AfterItsCommitPoint_IsKeptAsBroken()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0], settings: Settings);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 3 });
        var reply = await world.Router.Http.ChatAsync("cut", true, ("api-key", "a"));
        Assert.Contains("\"error\"", reply.Body, StringComparison.Ordinal);

        var decision = await UntilKeptAsync(world, IdOf(reply));
        Assert.Equal("broken", (string)decision["result"]!);
    }

    [Fact]
    public async Task Queued_BeforeItsRunAndAfterIt_TellsThatOfTheQueueingAndThenThatOfTheRun()
    {
        await using var world = await QueueWorld.StartAsync(azurite, settings: Settings);
        await world.Endpoints[0].StopAsync();
        var location = (await world.Router.Http.ChatAsync("queued", false, ("api-key", "a"))).Headers["Location"];
        var id = location.Split('/')[^1];
        var queued = await UntilKeptAsync(world, id);
        Assert.NotEmpty(queued["candidates"]!.AsArray());

        await world.Endpoints[0].RestartAsync();
        await Eventually.IsTrueAsync(
            async () => (string?)(await world.Router.Http.StateAsync(location, "a"))["status"] == "succeeded", QueueWorld.Patience);
        var after = JsonNode.Parse((await AskAsync(world.Router, id, "a")).Body)!;
        Assert.Equal(KeysOf(queued), KeysOf(after));
        Assert.Equal(("answered", 200), ((string)after["result"]!, (int)after["status"]!));
        Assert.True((double)after["attempts"]!.AsArray()[^1]!["durationSeconds"]! > 0);
        Assert.Equal("200", (string)after["attempts"]!.AsArray()[^1]!["outcome"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(world.Router, id, "b")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(world.Router, id, RouterInstance.OperatorKey)).Status);
    }

    [Fact]
    public async Task StorageIsOut_RequestsAreUnaffectedAndTheirDecisionsComeLater()
    {
        await using var proxy = new TcpProxy(azurite.TablePort);
        await using var world = await RouterWorld.StartAsync(azurite, Tiers, settings: Settings, storage: azurite.WithPorts(table: proxy.Port));
        Assert.Equal(200, (await world.Router.Http.ChatAsync("warm", false, ("api-key", "a"))).Status);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson, Times = 2 });
        proxy.Mode = ProxyMode.Refuse;
        var replies = new List<ChatReply>();
        for (var i = 0; i < 30; i++)
            replies.Add(await world.Router.Http.ChatAsync($"out {i}", false, ("api-key", "a")));
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(world.Router, IdOf(replies[0]), "a")).Status);

        proxy.Mode = ProxyMode.Forward;
        await UntilKeptAsync(world, IdOf(replies.First(reply => reply.Path.Contains(',', StringComparison.Ordinal))), TimeSpan.FromSeconds(60));
    }

    private static IEnumerable<string> KeysOf(JsonNode decision) => decision.AsObject().Select(member => member.Key);

    private static string IdOf(ChatReply reply) => reply.Headers["x-llm-request-id"];

    private static async Task<ChatReply> FailAsync(RouterWorld world)
    {
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.WrongJson });
        return await world.Router.Http.ChatAsync("later", false, ("api-key", "a"));
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(RouterInstance router, string id, string? key)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, $"/v1/requests/{id}/decision");
        if (key is not null)
            message.Headers.Add("api-key", key);
        using var response = await router.Http.SendAsync(message);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode> UntilKeptAsync(RouterWorld world, string id, TimeSpan? within = null)
    {
        var body = "";
        var took = await Eventually.IsTrueAsync(
            async () =>
            {
                (var status, body) = await AskAsync(world.Router, id, "a");
                return status == HttpStatusCode.OK;
            },
            within ?? 5 * Promise);
        output.WriteLine($"The decision was there after {took.TotalMilliseconds:0} ms.");
        return JsonNode.Parse(body)!;
    }
}
