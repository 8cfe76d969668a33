using System.Net;
using System.Text.Json.Nodes;

namespace LlmFunctions.Simulator.Tests;

public sealed class ControlTests : EndpointTest, IDisposable
{
    private const string Faults = "_simulator/faults";
    private SimulatorClient? _control;

    private SimulatorClient Control => _control ??= new SimulatorClient(Endpoint.ControlAddress);

    public void Dispose() => _control?.Dispose();

    [Fact]
    public async Task Faults_AddedListedCleared_ActOnTheApi()
    {
        using var added = await Control.PostAsync(Faults, new { kind = "throttle", times = 5, headers = new { retry_after = "1" } });
        using var struck = await Client.PostAsync("v1/chat/completions", SimulatorClient.Chat());
        var listed = await Control.GetJsonAsync(Faults);
        using var cleared = await Control.SendAsync(HttpMethod.Delete, Faults, null);
        using var sound = await Client.PostAsync("v1/chat/completions", SimulatorClient.Chat());

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, struck.StatusCode);
        Assert.Equal(4, (int)listed["faults"]![0]!["remaining"]!);
        Assert.Equal("throttle", (string?)listed["faults"]![0]!["fault"]!["kind"]);
        Assert.Equal(HttpStatusCode.OK, sound.StatusCode);
        Assert.Empty(Endpoint.Faults.Active);
    }

    [Fact]
    public async Task Refuse_AddedAndCleared_ClosesAndOpensThePort()
    {
        using var added = await Control.PostAsync(Faults, new { kind = "refuse" });
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.GetAsync("health"));
        using var cleared = await Control.SendAsync(HttpMethod.Delete, Faults, null);
        using var back = await Client.GetAsync("health");

        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task Refuse_ForAWhile_OpensByItself()
    {
        using var added = await Control.PostAsync(Faults, new { kind = "refuse", @for = "00:00:00.3" });
        Assert.False(Endpoint.IsListening);

        await Eventually.IsTrueAsync(() => Endpoint.IsListening);
        using var back = await Client.GetAsync("health");

        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Theory]
    [InlineData("""{"kind":"explode"}""", "no-done")]
    [InlineData("""{"kind":"hang","tims":1}""", "times")]
    [InlineData("""{"times":1}""", "kind")]
    [InlineData("""{"kind":"status"}""", "status needs a status")]
    [InlineData("nonsense", "afterTokens")]
    public async Task Faults_Invalid_AreA400ThatHelps(string body, string expected)
    {
        using var response = await Control.SendAsync(HttpMethod.Post, Faults, new StringContent(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var message = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(SimulatorClient.Limit))!["error"]!["message"]!;
        Assert.Contains(expected, message);
    }

    [Fact]
    public async Task Counters_ReadAndCleared_AreThoseOfTheApi()
    {
        await Client.PostForJsonAsync("v1/chat/completions", SimulatorClient.Chat("A"));
        await Client.GetJsonAsync("health");

        var counters = await Control.GetJsonAsync("_simulator/counters");
        using var cleared = await Control.SendAsync(HttpMethod.Delete, "_simulator/counters", null);

        Assert.Equal(1, (int)counters["probes"]!);
        Assert.Equal(1, (int)counters["total"]!["requests"]!);
        Assert.Equal(1, (int)counters["models"]!["gpt-4o"]!["executed"]!["A"]!);
        Assert.Contains("\"A\"", (string?)counters["models"]!["gpt-4o"]!["lastRequest"]!["body"]);
        Assert.Equal(0, Endpoint.Counters.Total.Requests);
    }

    [Fact]
    public async Task Settings_Put_ChangesOnlyWhatIsNamed()
    {
        using var changed = await Control.SendAsync(HttpMethod.Put, "_simulator/settings", new StringContent("""{"answerTokens":3,"firstTokenDelay":"00:00:00.01"}"""));
        using var invalid = await Control.SendAsync(HttpMethod.Put, "_simulator/settings", new StringContent("""{"tokensPerSecond":7,"answerTokens":0}"""));
        using var unknown = await Control.SendAsync(HttpMethod.Put, "_simulator/settings", new StringContent("""{"speed":7}"""));
        var streamed = await Client.PostForEventsAsync("v1/chat/completions", SimulatorClient.Chat(stream: true));

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, invalid.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
        Assert.Equal((0.0, 3), (Endpoint.Settings.TokensPerSecond, Endpoint.Settings.AnswerTokens));
        Assert.Equal(3, streamed.ChatTokens);
    }

    [Fact]
    public async Task StopAndStart_Posted_KillAndRevive()
    {
        using var stopped = await Control.PostAsync("_simulator/stop", new { });
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.GetAsync("health"));
        using var started = await Control.PostAsync("_simulator/start", new { });
        using var back = await Client.GetAsync("health");

        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }
}
