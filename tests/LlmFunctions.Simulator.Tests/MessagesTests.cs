namespace LlmFunctions.Simulator.Tests;

public sealed class MessagesTests : EndpointTest
{
    [Fact]
    public async Task Messages_Streamed_GoesThroughEveryEventInOrder()
    {
        var whole = await Client.PostForJsonAsync("v1/messages", SimulatorClient.Message());
        var streamed = await Client.PostForEventsAsync("v1/messages", SimulatorClient.Message(stream: true));

        string[] expected =
        [
            "message_start", "content_block_start", "ping", .. Enumerable.Repeat("content_block_delta", 24),
            "content_block_stop", "message_delta", "message_stop",
        ];
        Assert.Equal(expected, streamed.Names);
        Assert.Equal((string?)whole["content"]![0]!["text"], string.Concat(streamed.Json.Select(item => (string?)item["delta"]?["text"])));
        Assert.Equal("end_turn", (string?)streamed.Json[^2]["delta"]!["stop_reason"]);
        Assert.Equal(24, (int)streamed.Json[^2]["usage"]!["output_tokens"]!);
        Assert.Equal(24, (int)whole["usage"]!["output_tokens"]!);
    }

    [Fact]
    public async Task Messages_ToolForced_StreamsItsInput()
    {
        object Body(bool stream) => new
        {
            model = "m",
            stream,
            max_tokens = 100,
            tool_choice = new { type = "any" },
            tools = new[] { new { name = "find" } },
            messages = new[] { new { role = "user", content = "Hi" } },
        };

        var whole = await Client.PostForJsonAsync("v1/messages", Body(false));
        var streamed = await Client.PostForEventsAsync("v1/messages", Body(true));

        Assert.Equal("tool_use", (string?)whole["stop_reason"]);
        Assert.Equal(whole["content"]![0]!["input"]!.ToJsonString(), string.Concat(streamed.Json.Select(item => (string?)item["delta"]?["partial_json"])));
    }

    [Fact]
    public async Task CountTokens_Prompt_AgreesWithUsage()
    {
        var whole = await Client.PostForJsonAsync("v1/messages", SimulatorClient.Message("A longer prompt"));
        var counted = await Client.PostForJsonAsync("v1/messages/count_tokens", SimulatorClient.Message("A longer prompt"));

        Assert.Equal((int)whole["usage"]!["input_tokens"]!, (int)counted["input_tokens"]!);
    }

    [Fact]
    public async Task Models_AnthropicVersion_HasItsShape()
    {
        var models = await Client.GetJsonAsync("v1/models", ("anthropic-version", "2023-06-01"));

        Assert.False((bool)models["has_more"]!);
        Assert.Equal("model", (string?)models["data"]![0]!["type"]);
    }
}
