using System.Net;
using System.Text.Json.Nodes;

namespace LlmFunctions.Simulator.Tests;

public sealed class ResponsesTests : EndpointTest
{
    [Fact]
    public async Task Responses_Streamed_GoesThroughEveryEventInOrder()
    {
        var whole = await Client.PostForJsonAsync("v1/responses", new { model = "m", input = "Hi" });
        var streamed = await Client.PostForEventsAsync("v1/responses", new { model = "m", input = "Hi", stream = true });

        var text = (string?)whole["output"]![0]!["content"]![0]!["text"];
        string[] expected =
        [
            "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
            .. Enumerable.Repeat("response.output_text.delta", 24),
            "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
        ];
        Assert.Equal(expected, streamed.Names);
        Assert.Equal(expected, streamed.Json.Select(item => (string?)item["type"]));
        Assert.Equal(Enumerable.Range(0, expected.Length), streamed.Json.Select(item => (int)item["sequence_number"]!));
        Assert.Equal(text, string.Concat(streamed.Json.Select(item => (string?)item["delta"])));
        Assert.Equal(text, (string?)streamed.Json[^1]["response"]!["output"]![0]!["content"]![0]!["text"]);
        Assert.Equal(24, (int)streamed.Json[^1]["response"]!["usage"]!["output_tokens"]!);
    }

    [Fact]
    public async Task Responses_FewTokensAllowed_IsIncomplete()
    {
        var streamed = await Client.PostForEventsAsync("v1/responses", new
        {
            model = "m",
            stream = true,
            max_output_tokens = 2,
            input = new object[] { new { role = "user", content = new[] { new { type = "input_text", text = "Hi" } } } },
        });

        Assert.Equal("response.incomplete", streamed.Events[^1].Name);
        Assert.Equal("max_output_tokens", (string?)streamed.Json[^1]["response"]!["incomplete_details"]!["reason"]);
    }

    [Fact]
    public async Task Responses_ToolRequired_StreamsTheCall()
    {
        var streamed = await Client.PostForEventsAsync("v1/responses", new
        {
            model = "m",
            stream = true,
            input = "Hi",
            tool_choice = "required",
            tools = new[] { new { type = "function", name = "find" } },
        });

        var item = streamed.Json[^1]["response"]!["output"]![0]!;
        Assert.Equal("find", (string?)item["name"]);
        Assert.Equal((string?)item["arguments"], string.Concat(streamed.Json.Select(item => (string?)item["delta"])));
    }

    [Fact]
    public async Task Retrieve_MadeHere_GivesItUntilDeleted()
    {
        var made = await Client.PostForJsonAsync("v1/responses", new { model = "m", input = "Hi" });
        var path = $"v1/responses/{made["id"]}";

        var retrieved = await Client.GetJsonAsync(path);
        using var deleted = await Client.SendAsync(HttpMethod.Delete, path, null);
        using var gone = await Client.GetAsync(path);

        Assert.Equal(made.ToJsonString(), retrieved.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.NotNull(JsonNode.Parse(await gone.Content.ReadAsStringAsync(SimulatorClient.Limit))!["error"]!["message"]);
    }

    [Fact]
    public async Task PreviousResponse_MadeHereOrNot_IsKnownOrA400()
    {
        var made = await Client.PostForJsonAsync("v1/responses", new { model = "m", input = "Hi" });

        var next = await Client.PostForJsonAsync("v1/responses", new { model = "m", input = "Go on", previous_response_id = (string?)made["id"] });
        using var foreign = await Client.PostAsync("v1/responses", new { model = "m", input = "Hi", previous_response_id = "resp_elsewhere" });

        Assert.Equal((string?)made["id"], (string?)next["previous_response_id"]);
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        var error = JsonNode.Parse(await foreign.Content.ReadAsStringAsync(SimulatorClient.Limit))!["error"]!;
        Assert.Equal("previous_response_not_found", (string?)error["code"]);
    }

    [Fact]
    public async Task Background_Made_IsQueuedThenCompleted()
    {
        var made = await Client.PostForJsonAsync("v1/responses", new { model = "m", input = "Hi", background = true });

        var retrieved = await Client.GetJsonAsync($"v1/responses/{made["id"]}");

        Assert.Equal("queued", (string?)made["status"]);
        Assert.Equal("completed", (string?)retrieved["status"]);
        Assert.Single(retrieved["output"]!.AsArray());
    }

    [Fact]
    public async Task Cancel_Background_IsCancelledAndAnyOtherA400()
    {
        var background = await Client.PostForJsonAsync("v1/responses", new { model = "m", input = "Hi", background = true });
        var plain = await Client.PostForJsonAsync("v1/responses", new { model = "m", input = "Hi" });

        var cancelled = await Client.PostForJsonAsync($"v1/responses/{background["id"]}/cancel", new { });
        using var refused = await Client.PostAsync($"v1/responses/{plain["id"]}/cancel", new { });
        using var unknown = await Client.PostAsync("v1/responses/resp_elsewhere/cancel", new { });

        Assert.Equal("cancelled", (string?)cancelled["status"]);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }
}
