using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Fallback;

/// <summary>What an operator does with dead letters.</summary>
public sealed class DeadLetterTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task DeadLetter_Shown_SaysWhyItDied()
    {
        await using var world = await StartAsync();
        var id = (await KillAsync(world, 1))[0];
        var (status, letter) = await ManageAsync(world, "GET", $"/manage/dead-letters/{id}");
        Assert.Equal((200, "dead", 2), (status, (string?)letter!["status"], (int)letter["failures"]!));
        Assert.Contains("e0:500", (string?)letter["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeadLetter_Discarded_IsGoneForEverybody()
    {
        await using var world = await StartAsync();
        var ids = await KillAsync(world, 2);
        var (id, other) = (ids[0], ids[1]);
        Assert.Equal(204, (await ManageAsync(world, "DELETE", $"/manage/dead-letters/{id}")).Status);

        Assert.Equal([other], (await ManageAsync(world, "GET", "/manage/dead-letters")).Body!.AsArray().Select(letter => (string)letter!["id"]!));
        foreach (var (method, path) in ((string, string)[])[("GET", ""), ("DELETE", ""), ("POST", "/replay")])
            Assert.Equal(404, (await ManageAsync(world, method, $"/manage/dead-letters/{id}{path}")).Status);
        Assert.Equal("request_not_found", (string?)(await world.Router.Http.StateAsync($"/v1/requests/{id}"))["error"]!["code"]);
        Assert.Equal("dead", (string?)(await world.Router.Http.StateAsync($"/v1/requests/{other}"))["status"]);
    }

    [Fact]
    public async Task DeadLetters_RequestThatIsNotDead_IsNone()
    {
        await using var world = await StartAsync();
        var location = await world.Router.Http.QueueChatAsync("sound");
        await world.Router.Http.UntilAsync(location, "succeeded");
        foreach (var (method, path) in ((string, string)[])[("GET", ""), ("DELETE", ""), ("POST", "/replay")])
            Assert.Equal(404, (await ManageAsync(world, method, $"/manage/dead-letters/{location.Split('/')[^1]}{path}")).Status);
        Assert.Equal(200, (await world.Router.Http.AnswerAsync(location)).Status);
    }

    [Fact]
    public async Task DeadLetters_WithoutAnOperatorsKey_AreClosed()
    {
        await using var world = await StartAsync();
        using var response = await world.Router.Http.GetAsync(new Uri("/manage/dead-letters", UriKind.Relative));
        Assert.Equal(403, (int)response.StatusCode);
    }

    private Task<RouterWorld> StartAsync() => QueueWorld.StartAsync(azurite, settings: new Dictionary<string, string?>
    {
        ["Replay:MaxFailures"] = "2",
        ["Health:ConsecutiveFailures"] = "1000",
        ["Health:MinimumResults"] = "1000",
    });

    /// <summary>Requests that fail while their deployment answers others; their ids.</summary>
    private static async Task<string[]> KillAsync(RouterWorld world, int count)
    {
        Assert.Equal(200, (await world.Router.Http.ChatAsync("healthy")).Status);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Status, Status = 500 });
        var locations = await Task.WhenAll(Enumerable.Range(0, count).Select(i => world.Router.Http.QueueChatAsync($"poison {i}")));
        foreach (var location in locations)
            await world.Router.Http.UntilAsync(location, "dead");
        return [.. locations.Select(location => location.Split('/')[^1])];
    }

    private static async Task<(int Status, JsonNode? Body)> ManageAsync(RouterWorld world, string method, string path)
    {
        using var message = new HttpRequestMessage(HttpMethod.Parse(method), path) { Headers = { { "api-key", RouterInstance.OperatorKey } } };
        using var response = await world.Router.Http.SendAsync(message);
        return ((int)response.StatusCode, response.Content.Headers.ContentLength == 0 || (int)response.StatusCode == 204 ? null : await response.Content.ReadFromJsonAsync<JsonNode>());
    }
}
