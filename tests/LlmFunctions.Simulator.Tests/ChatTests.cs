namespace LlmFunctions.Simulator.Tests;

public sealed class ChatTests : EndpointTest
{
    private const string Path = "v1/chat/completions";

    [Fact]
    public async Task Chat_Streamed_SaysWhatItSaysWhole()
    {
        var whole = await Client.PostForJsonAsync(Path, SimulatorClient.Chat());
        var streamed = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));

        Assert.Equal((string?)whole["choices"]![0]!["message"]!["content"], streamed.ChatText);
        Assert.Equal(24, streamed.ChatTokens);
        Assert.Equal(24, (int)whole["usage"]!["completion_tokens"]!);
        Assert.Equal("gpt-4o", (string?)whole["model"]);
        Assert.Equal("assistant", (string?)streamed.Json[0]["choices"]![0]!["delta"]!["role"]);
        Assert.Equal("", (string?)streamed.Json[0]["choices"]![0]!["delta"]!["content"]);
        Assert.Equal("stop", (string?)streamed.Json[^1]["choices"]![0]!["finish_reason"]);
        Assert.True(streamed.EndsWithDone);
        Assert.False(streamed.WasCut);
    }

    [Fact]
    public async Task Chat_TwoEndpoints_AgreeOnThePromptAlone()
    {
        await using var other = await SimulatedEndpoint.StartAsync(new SimulatorOptions { Name = "west" }, SimulatorClient.Limit);
        using var otherClient = new SimulatorClient(other.Address);

        var here = await Client.PostForEventsAsync(Path, SimulatorClient.Chat("A", stream: true));
        var there = await otherClient.PostForEventsAsync(Path, SimulatorClient.Chat("A", stream: true, model: "other"));
        var different = await Client.PostForEventsAsync(Path, SimulatorClient.Chat("B", stream: true));

        Assert.Equal(here.ChatText, there.ChatText);
        Assert.NotEqual(here.ChatText, different.ChatText);
        Assert.NotEqual((string?)here.Json[0]["id"], (string?)different.Json[0]["id"]);
    }

    [Fact]
    public async Task Chat_EndpointThatSaysElse_AgreesUpToThere()
    {
        var here = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));
        Endpoint.Settings.SaysElseAfter = 20;
        var there = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));

        Assert.Equal(24, there.ChatTokens);
        var (usual, other) = (here.ChatText.Split(' '), there.ChatText.Split(' '));
        Assert.Equal(usual[..20], other[..20]);
        Assert.All(usual[20..].Zip(other[20..]), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public async Task Chat_SeveralTokensPerEvent_SaysTheSameInFewerEvents()
    {
        var one = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));
        Endpoint.Settings.TokensPerEvent = 5;
        var five = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));

        Assert.Equal(one.ChatText, five.ChatText);
        Assert.Equal(5, five.ChatTokens);
    }

    [Fact]
    public async Task Chat_UsageAskedFor_ComesInTheLastChunk()
    {
        var streamed = await Client.PostForEventsAsync(Path, new
        {
            model = "m",
            stream = true,
            stream_options = new { include_usage = true },
            messages = new[] { new { role = "user", content = "12345678" } },
        });

        var usage = streamed.Json[^1];
        Assert.Empty(usage["choices"]!.AsArray());
        Assert.Equal(2, (int)usage["usage"]!["prompt_tokens"]!);
        Assert.Equal(24, (int)usage["usage"]!["completion_tokens"]!);
        Assert.Equal(26, (int)usage["usage"]!["total_tokens"]!);
        Assert.True(streamed.EndsWithDone);
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task Chat_FewTokensAllowed_EndsByLength(string limit)
    {
        var body = new Dictionary<string, object>
        {
            ["model"] = "m",
            [limit] = 3,
            ["messages"] = new[] { new { role = "user", content = new[] { new { type = "text", text = "Hello" } } } },
        };
        var full = await Client.PostForJsonAsync(Path, SimulatorClient.Chat("Hello"));

        var whole = await Client.PostForJsonAsync(Path, body);
        body["stream"] = true;
        var streamed = await Client.PostForEventsAsync(Path, body);

        Assert.Equal("length", (string?)whole["choices"]![0]!["finish_reason"]);
        Assert.Equal(3, (int)whole["usage"]!["completion_tokens"]!);
        Assert.StartsWith((string?)whole["choices"]![0]!["message"]!["content"], (string?)full["choices"]![0]!["message"]!["content"]);
        Assert.Equal(3, streamed.ChatTokens);
        Assert.Equal("length", (string?)streamed.Json[^1]["choices"]![0]!["finish_reason"]);
    }

    [Theory]
    [InlineData("required", "Hello")]
    [InlineData("auto", "Please use the tool")]
    public async Task Chat_ToolCalled_StreamsItsArguments(string choice, string prompt)
    {
        object Body(bool stream) => new
        {
            model = "m",
            stream,
            tool_choice = choice,
            tools = new[] { new { type = "function", function = new { name = "find" } } },
            messages = new[] { new { role = "user", content = prompt } },
        };

        var whole = await Client.PostForJsonAsync(Path, Body(false));
        var streamed = await Client.PostForEventsAsync(Path, Body(true));

        var call = whole["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!;
        var arguments = string.Concat(streamed.Json.Select(item => (string?)item["choices"]![0]!["delta"]!["tool_calls"]?[0]!["function"]!["arguments"]));
        Assert.Equal("tool_calls", (string?)whole["choices"]![0]!["finish_reason"]);
        Assert.Equal("find", (string?)call["name"]);
        Assert.Equal((string?)call["arguments"], arguments);
        Assert.NotNull(System.Text.Json.Nodes.JsonNode.Parse(arguments)!["query"]);
        Assert.Equal("find", (string?)streamed.Json[0]["choices"]![0]!["delta"]!["tool_calls"]![0]!["function"]!["name"]);
        Assert.Equal("tool_calls", (string?)streamed.Json[^1]["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task Chat_TwoChoices_AreBothStreamed()
    {
        object Body(bool stream) => new { model = "m", stream, n = 2, messages = new[] { new { role = "user", content = "Hi" } } };

        var whole = await Client.PostForJsonAsync(Path, Body(false));
        var streamed = await Client.PostForEventsAsync(Path, Body(true));

        for (var index = 0; index < 2; index++)
        {
            var text = string.Concat(streamed.Json.Where(item => (int)item["choices"]![0]!["index"]! == index)
                .Select(item => (string?)item["choices"]![0]!["delta"]!["content"]));
            Assert.Equal((string?)whole["choices"]![index]!["message"]!["content"], text);
        }
        Assert.Equal(48, (int)whole["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task Completions_Streamed_SaysWhatItSaysWhole()
    {
        var whole = await Client.PostForJsonAsync("v1/completions", new { model = "m", prompt = "Hi" });
        var streamed = await Client.PostForEventsAsync("v1/completions", new { model = "m", prompt = "Hi", stream = true });

        Assert.Equal((string?)whole["choices"]![0]!["text"], string.Concat(streamed.Json.Select(item => (string?)item["choices"]![0]!["text"])));
        Assert.Equal("stop", (string?)streamed.Json[^1]["choices"]![0]!["finish_reason"]);
        Assert.True(streamed.EndsWithDone);
    }
}
