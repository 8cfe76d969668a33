using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>What a caller gets when nothing is available.</summary>
public sealed class WaitAndQueueTests(AzuriteFixture azurite)
{
    private static readonly int[] One = [0];

    [Fact]
    public async Task Wait_EndpointReturnsInTime_IsAnswered()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, catalog => catalog["models"]!["m"]!["whenUnavailable"] = "wait");
        await world.Endpoints[0].StopAsync();
        var waiting = world.Router.Http.ChatAsync("patience");
        await Task.Delay(1500);
        Assert.False(waiting.IsCompleted);
        await world.Endpoints[0].RestartAsync();
        Assert.Equal(200, (await waiting).Status);
    }

    [Fact]
    public async Task Wait_EndpointStaysAway_Is503WithATrueRetryAfter()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, catalog =>
        {
            catalog["models"]!["m"]!["whenUnavailable"] = "wait";
            catalog["models"]!["m"]!["wait"] = "00:00:01";
        });
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Throttle, Headers = new Dictionary<string, string> { ["Retry-After"] = "45" } });
        var reply = await world.Router.Http.ChatAsync("in vain");
        Assert.Equal(503, reply.Status);
        Assert.InRange(int.Parse(reply.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 40, 45);
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Requests);
    }

    [Fact]
    public async Task Wait_AttemptsAreSpentBeforeAnyCircuitOpens_IsAnsweredOnceTheEndpointsAreSound()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1], catalog =>
        {
            catalog["models"]!["m"]!["whenUnavailable"] = "wait";
            catalog["models"]!["m"]!["wait"] = "00:02:00";
        });
        foreach (var endpoint in world.Endpoints)
            endpoint.Faults.Add(new() { Kind = FaultKind.Status, Status = 500, Times = 2 });
        var reply = await world.Router.Http.ChatAsync("patience");
        Assert.Equal(200, reply.Status);
        Assert.Equal("e0:500, e0:500, e1:500, e1:500, e0:200", reply.Path);
    }

    [Fact]
    public async Task Wait_SilentEndpoint_IsNotAskedAgainAndEveryAttemptIsTold()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0, 1], catalog =>
        {
            catalog["models"]!["m"]!["whenUnavailable"] = "wait";
            catalog["models"]!["m"]!["wait"] = "00:00:10";
            catalog["models"]!["m"]!["answerLimit"] = "00:00:02";
        });
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        world.Endpoints[1].Faults.Add(new() { Kind = FaultKind.WrongJson, Times = 2 });
        var reply = await world.Router.Http.ChatAsync("silence");
        Assert.Equal(200, reply.Status);
        Assert.Equal(await world.DirectAnswerAsync("silence", 1), reply.Text);
        Assert.Equal(1, world.Endpoints[0].Counters.Total.Requests);
        Assert.Equal("e0:timeout, e1:malformed, e1:malformed, e1:200", reply.Path);
    }

    [Fact]
    public async Task PreferWait_LastEndpointIsSilent_Is202OnceItsLimitHasPassed()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, catalog => catalog["models"]!["m"]!["answerLimit"] = "00:00:01", QueueWorld.Settings());
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        var reply = await world.Router.Http.ChatAsync("silence", headers: ("Prefer", "wait=2"));
        Assert.Equal(202, reply.Status);
        world.Endpoints[0].Faults.Clear();
        await world.Router.Http.UntilAsync(reply.Headers["Location"], "succeeded");
    }

    [Fact]
    public async Task PreferWait_EndpointStaysAway_Is202WithItsLocation()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, settings: QueueWorld.Settings());
        await world.Endpoints[0].StopAsync();
        var reply = await world.Router.Http.ChatAsync("later", headers: ("Prefer", "wait=1"));
        Assert.Equal((202, "wait=1"), (reply.Status, reply.Headers["Preference-Applied"]));
        Assert.Equal($"/v1/requests/{reply.Headers["x-llm-request-id"]}", reply.Headers["Location"]);
        Assert.True(reply.Headers.ContainsKey("Retry-After"));
        await world.Endpoints[0].RestartAsync();
        await world.Router.Http.UntilAsync(reply.Headers["Location"], "succeeded");
    }

    [Fact]
    public async Task Stream_WaitingCaller_GetsCommentsThenTheStream()
    {
        await using var world = await RouterWorld.StartAsync(azurite, One, catalog => catalog["models"]!["m"]!["whenUnavailable"] = "wait");
        await world.Endpoints[0].StopAsync();
        using var message = Chats.Message("stream", stream: true);
        using var response = await world.Router.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await world.Endpoints[0].RestartAsync();
        var body = await response.Content.ReadAsStringAsync();
        Assert.StartsWith(": waiting", body, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", body, StringComparison.Ordinal);
        Assert.Equal(await world.DirectAnswerAsync("stream"), Chats.TextOfStream(body));
    }

    [Fact]
    public async Task Stream_ModelQueues_EndsWithAnInBandErrorThatNamesTheLocation()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var reply = await world.Router.Http.ChatAsync("stream", stream: true);
        Assert.Equal(200, reply.Status);
        Assert.Contains("request_queued", reply.Body, StringComparison.Ordinal);
        await world.Endpoints[0].RestartAsync();
        var location = reply.Body[reply.Body.IndexOf("/v1/requests/", StringComparison.Ordinal)..].Split("/response")[0];
        await world.Router.Http.UntilAsync(location, "succeeded");
        var answer = await world.Router.Http.AnswerAsync(location);
        Assert.True(answer.IsStream);
        Assert.Equal(await world.DirectAnswerAsync("stream"), answer.Text);
    }

    [Fact]
    public async Task Request_AnotherCallersKey_Is404()
    {
        await using var world = await QueueWorld.StartAsync(azurite, settings: new Dictionary<string, string?>
        {
            ["Access:AllowAnonymous"] = "false",
            ["Access:CallerKeys:a"] = "env:KEY_A",
            ["Access:CallerKeys:b"] = "env:KEY_B",
            ["KEY_A"] = "a",
            ["KEY_B"] = "b",
        });
        var location = await world.Router.Http.QueueChatAsync("mine", headers: ("api-key", "a"));
        Assert.NotNull((await world.Router.Http.StateAsync(location, "a"))["status"]);
        Assert.Equal("request_not_found", (string?)(await world.Router.Http.StateAsync(location, "b"))["error"]!["code"]);
    }

    [Fact]
    public async Task Request_Cancelled_IsNotRun()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var location = await world.Router.Http.QueueChatAsync("cancel me");
        using var response = await world.Router.Http.DeleteAsync(new Uri(location, UriKind.Relative));
        Assert.Equal("cancelled", (string?)(await response.Content.ReadFromJsonAsync<JsonNode>())!["status"]);
        await world.Endpoints[0].RestartAsync();
        await world.Router.Http.UntilAsync(await world.Router.Http.QueueChatAsync("behind it"), "succeeded");
        Assert.False(world.Endpoints[0].Counters.Total.Executed.ContainsKey("cancel me"));
    }

    [Fact]
    public async Task Request_CallersError_IsFailedWithThatAnswer()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.ContextLength });
        var location = await world.Router.Http.QueueChatAsync("too long");
        await world.Router.Http.UntilAsync(location, "failed");
        var answer = await world.Router.Http.AnswerAsync(location);
        Assert.Equal(400, answer.Status);
        Assert.Contains("context_length_exceeded", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_OlderThanItsTime_ExpiresUnexecuted()
    {
        await using var world = await QueueWorld.StartAsync(azurite, catalog => catalog["models"]!["m"]!["timeToLive"] = "00:00:02");
        await world.Endpoints[0].StopAsync();
        var location = await world.Router.Http.QueueChatAsync("too late");
        await world.Router.Http.UntilAsync(location, "expired");
        await world.Endpoints[0].RestartAsync();
        Assert.Equal(0, world.Endpoints[0].Counters.Total.Requests);
    }

    [Fact]
    public async Task Poison_FailsWhileOthersAreAnswered_BecomesADeadLetterThatCanBeReplayed()
    {
        await using var world = await QueueWorld.StartAsync(azurite, settings: new Dictionary<string, string?> { ["Health:ConsecutiveFailures"] = "1000", ["Health:MinimumResults"] = "1000" });
        Assert.Equal(200, (await world.Router.Http.ChatAsync("healthy")).Status);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Status, Status = 500 });
        var location = await world.Router.Http.QueueChatAsync("poison");
        var dead = await world.Router.Http.UntilAsync(location, "dead");
        Assert.Equal(5, (int)dead["failures"]!);

        var letters = await ManageAsync(world, HttpMethod.Get, "/manage/dead-letters");
        Assert.Contains((string)dead["id"]!, letters, StringComparison.Ordinal);
        world.Endpoints[0].Faults.Clear();
        await ManageAsync(world, HttpMethod.Post, $"/manage/dead-letters/{dead["id"]}/replay");
        await world.Router.Http.UntilAsync(location, "succeeded");
        Assert.DoesNotContain((string)dead["id"]!, await ManageAsync(world, HttpMethod.Get, "/manage/dead-letters"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BackgroundResponse_NothingAvailable_IsQueuedAndRetrievedInOpenAisShape()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var queued = await PostAsync(world, """{"model":"m","input":"think","background":true}""");
        Assert.Equal("queued", (string?)queued["status"]);
        var id = (string)queued["id"]!;
        Assert.StartsWith("resp_req_", id, StringComparison.Ordinal);
        Assert.NotNull((await PostAsync(world, """{"model":"m","input":"think","background":true,"stream":true}"""))["error"]);

        await world.Endpoints[0].RestartAsync();
        JsonNode? response = null;
        await Eventually.IsTrueAsync(async () => (string?)(response = await world.Router.Http.StateAsync($"/v1/responses/{id}"))["status"] == "completed", QueueWorld.Patience);
        Assert.Equal(id, (string?)response!["id"]);
        Assert.NotNull(response["output"]![0]);
        Assert.DoesNotContain("\"background\":true", world.Endpoints[0].Counters.ForModel("m-at-e0").LastRequest!.BodyText, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> PostAsync(RouterWorld world, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync("/v1/responses", content);
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private static async Task<string> ManageAsync(RouterWorld world, HttpMethod method, string path)
    {
        using var message = new HttpRequestMessage(method, path) { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var response = await world.Router.Http.SendAsync(message);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }
}
