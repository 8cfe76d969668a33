#pragma warning disable OPENAI001 // The SDK marks its Responses client as experimental.
using System.ClientModel;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;
using OpenAI;
using OpenAI.Responses;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>Queued background responses as OpenAI's SDK and plain callers use them.</summary>
public sealed class BackgroundResponseTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Sdk_NothingAvailable_RetrievesTheAnswerOnceItIsThere()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var client = Client(world);
        ResponseResult queued = await client.CreateResponseAsync(InBackground("think"));
        Assert.Equal(ResponseStatus.Queued, queued.Status);
        Assert.Equal(ResponseStatus.Queued, (await client.GetResponseAsync(queued.Id)).Value.Status);

        await world.Endpoints[0].RestartAsync();
        ResponseResult? done = null;
        await Eventually.IsTrueAsync(async () => (done = await client.GetResponseAsync(queued.Id)).Status == ResponseStatus.Completed, QueueWorld.Patience);
        Assert.Equal((queued.Id, await world.DirectAnswerAsync("think"), true), (done!.Id, done.GetOutputText(), done.BackgroundModeEnabled));
        Assert.True(done.Usage.OutputTokenCount > 0);
        Assert.Equal(queued.CreatedAt, done.CreatedAt);
    }

    [Fact]
    public async Task Sdk_CancelsWhatIsQueued_ItIsNeverRun()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var client = Client(world);
        ResponseResult queued = await client.CreateResponseAsync(InBackground("never mind"));
        ResponseResult cancelled = await client.CancelResponseAsync(queued.Id);
        Assert.Equal((queued.Id, ResponseStatus.Cancelled), (cancelled.Id, cancelled.Status));

        await world.Endpoints[0].RestartAsync();
        await world.Router.Http.UntilAsync(await world.Router.Http.QueueChatAsync("behind it"), "succeeded");
        Assert.Equal(ResponseStatus.Cancelled, (await client.GetResponseAsync(queued.Id)).Value.Status);
        Assert.False(world.Endpoints[0].Counters.Total.Received.ContainsKey("never mind"));
    }

    [Fact]
    public async Task Sdk_CancelsWhatRuns_TheEndpointsAttemptIsCancelled()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var client = Client(world);
        ResponseResult queued = await client.CreateResponseAsync(InBackground("stop it"));
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Hang });
        await world.Endpoints[0].RestartAsync();
        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total.InFlight == 1, QueueWorld.Patience);
        Assert.Equal(ResponseStatus.InProgress, (await client.GetResponseAsync(queued.Id)).Value.Status);
        Assert.Equal(ResponseStatus.Cancelled, (await client.CancelResponseAsync(queued.Id)).Value.Status);
        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total is { Aborted: 1, InFlight: 0 }, QueueWorld.Patience);
    }

    [Theory]
    [InlineData("GET", "/input_items")]
    [InlineData("POST", "")]
    [InlineData("GET", "/cancel")]
    [InlineData("POST", "/cancel/again")]
    public async Task Call_ThatIsNotServed_Is404ThatSaysWhatIs(string method, string rest)
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        ResponseResult queued = await Client(world).CreateResponseAsync(InBackground("think"));
        var (status, body) = await world.CallAsync("any", method, $"/v1/responses/{queued.Id}{rest}");
        Assert.Equal((404, "path_not_served"), (status, (string?)body["error"]!["code"]));
        Assert.Contains("POST /v1/responses/{id}/cancel", (string?)body["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal(ResponseStatus.Queued, (await Client(world).GetResponseAsync(queued.Id)).Value.Status);
    }

    [Fact]
    public async Task PreviousResponse_ThatWasQueued_IsNamedToTheEndpointThatMadeItByItsOwnId()
    {
        await using var world = await QueueWorld.StartAsync(azurite, endpoints: 2);
        foreach (var endpoint in world.Endpoints)
            await endpoint.StopAsync();
        var client = Client(world);
        ResponseResult first = await client.CreateResponseAsync(InBackground("first"));
        // Only the second can make it: the first would not know it.
        await world.Endpoints[1].RestartAsync();
        await Eventually.IsTrueAsync(async () => (await client.GetResponseAsync(first.Id)).Value.Status == ResponseStatus.Completed, QueueWorld.Patience);
        await world.Endpoints[0].RestartAsync();

        // Another router was never told who made it.
        var other = await world.AddRouterAsync([0, 1], document => QueueWorld.Queue(document), QueueWorld.Settings());
        foreach (var at in (Uri[])[world.Router.Address, other.Address])
        {
            ResponseResult second = await Client(at).CreateResponseAsync("m", "and then?", previousResponseId: first.Id);
            Assert.Equal(await world.DirectAnswerAsync("and then?"), second.GetOutputText());
        }

        var sent = JsonNode.Parse(world.Endpoints[1].Counters.ForModel("m-at-e1").LastRequest!.BodyText)!;
        Assert.StartsWith("resp_", (string?)sent["previous_response_id"], StringComparison.Ordinal);
        Assert.DoesNotContain("resp_req_", sent.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_WithANameTwice_AreQueuedAndContinuedAsTheyAre()
    {
        await using var world = await QueueWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var first = await PostAsync(world, """{"model":"m","input":"first","user":"a","user":"b","background":true}""");
        await world.Endpoints[0].RestartAsync();
        await Eventually.IsTrueAsync(async () => (await Client(world).GetResponseAsync(first)).Value.Status == ResponseStatus.Completed, QueueWorld.Patience);
        Assert.Contains("\"user\":\"a\",\"user\":\"b\",\"background\":false", world.Endpoints[0].Counters.ForModel("m-at-e0").LastRequest!.BodyText, StringComparison.Ordinal);

        await PostAsync(world, $$"""{"model":"m","input":"second","user":"a","user":"b","previous_response_id":"{{first}}"}""");
        var sent = world.Endpoints[0].Counters.ForModel("m-at-e0").LastRequest!.BodyText;
        Assert.Contains("\"user\":\"a\",\"user\":\"b\",\"previous_response_id\":\"resp_", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("resp_req_", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PreviousResponse_NotCompletedOrNotTheCallers_Is400ThatSaysWhatToDo()
    {
        await using var world = await OwnersWorld.StartAsync(azurite);
        await world.Endpoints[0].StopAsync();
        var queued = (await world.CallAsync(OwnersWorld.Owner, "POST", "/v1/responses", new() { ["model"] = "m", ["input"] = "x", ["background"] = true })).Body;
        var id = (string)queued["id"]!;
        await ExpectAsync(world, OwnersWorld.Owner, id, "previous_response_not_completed", "is queued");
        await ExpectAsync(world, OwnersWorld.Stranger, id, "previous_response_not_found", id);
        await ExpectAsync(world, OwnersWorld.Owner, "resp_req_unknown", "previous_response_not_found", "resp_req_unknown");

        await world.CallAsync(OwnersWorld.Owner, "POST", $"/v1/responses/{id}/cancel");
        await ExpectAsync(world, OwnersWorld.Owner, id, "previous_response_not_completed", "is cancelled");
        Assert.Equal(0, world.Endpoints[0].Counters.Total.Requests);
    }

    private static async Task ExpectAsync(RouterWorld world, string key, string previous, string code, string part)
    {
        var body = new JsonObject { ["model"] = "m", ["input"] = "x", ["previous_response_id"] = previous };
        var (status, answer) = await world.CallAsync(key, "POST", "/v1/responses", body);
        Assert.Equal((400, code, "previous_response_id"), (status, (string?)answer["error"]!["code"], (string?)answer["error"]!["param"]));
        Assert.Contains(part, (string?)answer["error"]!["message"], StringComparison.Ordinal);
    }

    private static async Task<string> PostAsync(RouterWorld world, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync("/v1/responses", content);
        Assert.Equal(200, (int)response.StatusCode);
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!;
    }

    private static CreateResponseOptions InBackground(string prompt) =>
        new("m", [ResponseItem.CreateUserMessageItem(prompt)]) { BackgroundModeEnabled = true };

    private static ResponsesClient Client(RouterWorld world) => Client(world.Router.Address);

    private static ResponsesClient Client(Uri at) =>
        new OpenAIClient(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(at, "/v1") }).GetResponsesClient();
}
