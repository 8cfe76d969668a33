namespace LlmFunctions.Simulator.Tests;

public sealed class StreamFaultTests : EndpointTest
{
    private const string Path = "v1/chat/completions";

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    [InlineData(99, 24)]
    public async Task Cut_AfterTokens_DeliversExactlyThose(int after, int expected)
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Cut, AfterTokens = after });

        for (var i = 0; i < 30; i++)
        {
            var streamed = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));

            Assert.Equal(expected, streamed.ChatTokens);
            Assert.True(streamed.WasCut);
        }
        Assert.Equal(0, Endpoint.Counters.Total.Completed);
        Assert.Equal(0, Endpoint.Counters.Total.Aborted);
    }

    [Theory]
    [InlineData("v1/chat/completions")]
    [InlineData("v1/messages")]
    [InlineData("v1/responses")]
    public async Task Cut_BeforeTheEnd_DeliversAllButTheEnd(string path)
    {
        var body = new { model = "m", stream = true, input = "Hi", messages = new[] { new { role = "user", content = "Hi" } } };
        var sound = await Client.PostForEventsAsync(path, body);
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Cut, BeforeEnd = true });

        var streamed = await Client.PostForEventsAsync(path, body);

        Assert.Equal(sound.Events.Count - 1, streamed.Events.Count);
        Assert.True(streamed.WasCut);
    }

    [Fact]
    public async Task Stall_AfterTokens_StaysSilentUntilTheCallerLeaves()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Stall, AfterTokens = 2 });
        using (var response = await Client.PostAsync(Path, SimulatorClient.Chat(stream: true)))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(SimulatorClient.Limit));
            for (var line = 0; line < 6; line++)
                Assert.NotNull(await reader.ReadLineAsync(SimulatorClient.Limit));

            var next = reader.ReadLineAsync(SimulatorClient.Limit).AsTask();
            await Assert.ThrowsAsync<TimeoutException>(() => next.WaitAsync(TimeSpan.FromMilliseconds(200), SimulatorClient.Limit));
            Assert.Equal(1, Endpoint.Counters.Total.InFlight);
        }

        await Eventually.IsTrueAsync(() => Endpoint.Counters.Total is { Aborted: 1, InFlight: 0 });
    }

    [Fact]
    public async Task Stall_NotStreamed_NeverEnds()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Stall });
        using var response = await Client.PostAsync(Path, SimulatorClient.Chat());

        var body = response.Content.ReadAsStringAsync(SimulatorClient.Limit);

        await Assert.ThrowsAsync<TimeoutException>(() => body.WaitAsync(TimeSpan.FromMilliseconds(200), SimulatorClient.Limit));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task ErrorEvent_Chat_EndsTheStream(int after)
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.ErrorEvent, AfterTokens = after });

        var streamed = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));

        Assert.Equal(after, streamed.ChatTokens);
        Assert.NotNull(streamed.Json[^1]["error"]);
        Assert.Equal(after == 0 ? 1 : after + 2, streamed.Events.Count);
        Assert.False(streamed.WasCut);
    }

    [Theory]
    [InlineData("v1/messages", "error", "message")]
    [InlineData("v1/responses", "message", null)]
    public async Task ErrorEvent_OtherApis_HasTheirForm(string path, string member, string? inner)
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.ErrorEvent, AfterTokens = 1 });

        var streamed = await Client.PostForEventsAsync(path, new { model = "m", stream = true, input = "Hi", messages = Array.Empty<object>() });

        Assert.Equal("error", streamed.Events[^1].Name);
        Assert.Equal("error", (string?)streamed.Json[^1]["type"]);
        Assert.NotNull(inner is null ? streamed.Json[^1][member] : streamed.Json[^1][member]![inner]);
    }

    [Fact]
    public async Task MalformedChunk_AfterTokens_GoesOnToTheEnd()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.MalformedChunk, AfterTokens = 4 });

        var streamed = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));

        Assert.Equal("{\"id\":\"chatcmpl-bro", streamed.Events[5].Data);
        Assert.Equal(24, streamed.ChatTokens);
        Assert.True(streamed.EndsWithDone);
    }

    [Theory]
    [InlineData("v1/chat/completions", "[DONE]")]
    [InlineData("v1/messages", "message_stop")]
    [InlineData("v1/responses", "response.completed")]
    public async Task NoDone_AnyApi_EndsCleanlyWithoutIt(string path, string end)
    {
        var body = new { model = "m", stream = true, input = "Hi", messages = new[] { new { role = "user", content = "Hi" } } };
        var sound = await Client.PostForEventsAsync(path, body);
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.NoDone });

        var streamed = await Client.PostForEventsAsync(path, body);

        Assert.Contains(end, sound.Events[^1].Data);
        Assert.Equal(sound.Events.Count - 1, streamed.Events.Count);
        Assert.False(streamed.WasCut);
    }

    [Fact]
    public async Task WrongJson_Streamed_IsGarbageAtOnce()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.WrongJson });

        var streamed = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));

        Assert.Equal("{\"id\":\"tru", Assert.Single(streamed.Events).Data);
    }

    [Fact]
    public async Task SlowFirstToken_Streamed_ShowsLifeBeforeContent()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.SlowFirstToken, Delay = TimeSpan.FromSeconds(1) });
        var start = TimeProvider.System.GetTimestamp();

        using var response = await Client.PostAsync(Path, SimulatorClient.Chat(stream: true));
        var headersAfter = TimeProvider.System.GetElapsedTime(start);
        var streamed = await ReceivedStream.ReadAsync(response, SimulatorClient.Limit);

        Assert.True(headersAfter < TimeSpan.FromMilliseconds(900), $"headers after {headersAfter}");
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(990));
        Assert.InRange(streamed.Comments, 2, 6);
        Assert.Equal(24, streamed.ChatTokens);
        Assert.Equal(1, Endpoint.Counters.Total.Completed);
    }

    [Fact]
    public async Task TokensPerSecond_Set_PacesTheStream()
    {
        Endpoint.Settings.TokensPerSecond = 100;
        Endpoint.Settings.FirstTokenDelay = TimeSpan.FromMilliseconds(100);
        var start = TimeProvider.System.GetTimestamp();

        var streamed = await Client.PostForEventsAsync(Path, SimulatorClient.Chat(stream: true));

        Assert.Equal(24, streamed.ChatTokens);
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(330));
    }
}
