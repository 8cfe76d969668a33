namespace LlmFunctions.Simulator.Tests;

public sealed class CounterTests : EndpointTest
{
    private const string Path = "v1/chat/completions";

    [Fact]
    public async Task Counters_SoundAndFailed_AreToldApart()
    {
        await Client.PostForJsonAsync(Path, SimulatorClient.Chat("A"));
        await Client.PostForEventsAsync(Path, SimulatorClient.Chat("A", stream: true));
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 500, Times = 1 });
        using var failed = await Client.PostAsync(Path, SimulatorClient.Chat("B"));
        await Client.PostForJsonAsync("v1/messages", SimulatorClient.Message("A"));

        var chat = Endpoint.Counters.ForModel("gpt-4o");
        Assert.Equal((3, 1, 2, 0), (chat.Requests, chat.Streamed, chat.Completed, chat.InFlight));
        Assert.Equal(2, chat.Received["A"]);
        Assert.Equal(1, chat.Received["B"]);
        Assert.Equal(2, chat.Executed["A"]);
        Assert.DoesNotContain("B", chat.Executed.Keys);
        Assert.Equal(4, Endpoint.Counters.Total.Requests);
        Assert.Equal(3, Endpoint.Counters.Total.Received["A"]);
        Assert.Equal(1, Endpoint.Counters.Total.ByOperation["messages"]);
        Assert.Equal(["claude", "gpt-4o"], Endpoint.Counters.Models.Order());
    }

    [Fact]
    public async Task LastRequest_Recorded_HasHeadersAndBody()
    {
        using var response = await Client.PostAsync(Path + "?a=b", SimulatorClient.Chat("A"), ("X-Custom", "1"));

        var last = Endpoint.Counters.ForModel("gpt-4o").LastRequest!;
        Assert.Equal(("POST", "/v1/chat/completions", "?a=b"), (last.Method, last.Path, last.Query));
        Assert.Equal("1", last.Headers["x-custom"]);
        Assert.Contains("\"content\":\"A\"", last.BodyText);
    }

    [Fact]
    public async Task PeakInFlight_ConcurrentRequests_IsTheirNumber()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Hang, Times = 3 });
        using var caller = new SimulatorClient(Endpoint.Address);
        Task[] hanging = [.. Enumerable.Range(0, 3).Select(_ => caller.PostAsync(Path, SimulatorClient.Chat()))];
        await Eventually.IsTrueAsync(() => Endpoint.Counters.Total.InFlight == 3);

        Endpoint.Counters.Clear();
        caller.HangUp();

        await Eventually.IsTrueAsync(() => Endpoint.Counters.Total.InFlight == 0);
        Assert.Equal(3, Endpoint.Counters.Total.PeakInFlight);
        Assert.Equal(0, Endpoint.Counters.Total.Requests);
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(hanging));
    }

    [Fact]
    public async Task Stream_CallerLeaves_StopsAndIsNotExecuted()
    {
        Endpoint.Settings.TokensPerSecond = 5;
        using (var response = await Client.PostAsync(Path, SimulatorClient.Chat(stream: true)))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(SimulatorClient.Limit));
            Assert.NotNull(await reader.ReadLineAsync(SimulatorClient.Limit));
        }

        await Eventually.IsTrueAsync(() => Endpoint.Counters.Total.Aborted == 1);
        Assert.Empty(Endpoint.Counters.Total.Executed);
        Assert.Equal(0, Endpoint.Counters.Total.InFlight);
    }
}
