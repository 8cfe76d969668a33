namespace LlmFunctions.Simulator.Tests;

public sealed class ChatTests : IAsyncLifetime
{
    private SimulatedEndpoint _endpoint = null!;
    private SimulatorClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await SimulatedEndpoint.StartAsync(new SimulatorOptions { Name = "east" }, SimulatorClient.Limit);
        _client = new SimulatorClient(_endpoint.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task Chat_Streamed_SaysWhatItSaysWhole()
    {
        var whole = await _client.PostForJsonAsync("v1/chat/completions", SimulatorClient.Chat());
        var streamed = await _client.PostForEventsAsync("v1/chat/completions", SimulatorClient.Chat(stream: true));

        Assert.Equal((string?)whole["choices"]![0]!["message"]!["content"], streamed.ChatText);
        Assert.Equal(24, streamed.ChatTokens);
        Assert.Equal(24, (int)whole["usage"]!["completion_tokens"]!);
        Assert.Equal("assistant", (string?)streamed.Json[0]["choices"]![0]!["delta"]!["role"]);
        Assert.Equal("stop", (string?)streamed.Json[^1]["choices"]![0]!["finish_reason"]);
        Assert.True(streamed.EndsWithDone);
        Assert.False(streamed.WasCut);
    }

    [Fact]
    public async Task Chat_CutAfterTokens_DeliversExactlyThose()
    {
        _endpoint.Faults.Add(new Fault { Kind = FaultKind.Cut, AfterTokens = 5 });

        for (var i = 0; i < 100; i++)
        {
            var streamed = await _client.PostForEventsAsync("v1/chat/completions", SimulatorClient.Chat(stream: true));

            Assert.Equal(5, streamed.ChatTokens);
            Assert.True(streamed.WasCut);
        }
    }
}
