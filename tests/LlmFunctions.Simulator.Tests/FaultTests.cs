using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace LlmFunctions.Simulator.Tests;

public sealed class FaultTests : EndpointTest
{
    private const string Path = "v1/chat/completions";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reset_Struck_IsAResetBeforeHeaders(bool stream)
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Reset });

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => Client.PostAsync(Path, SimulatorClient.Chat(stream: stream)));

        var socket = Assert.IsType<SocketException>(failure.InnerException?.InnerException ?? failure.InnerException);
        Assert.Equal(SocketError.ConnectionReset, socket.SocketErrorCode);
        Assert.Equal(0, Endpoint.Counters.Total.Aborted);
        Assert.Equal(0, Endpoint.Counters.Total.InFlight);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hang_CallerLeaves_IsCountedAsAborted(bool stream)
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Hang });
        using var caller = new SimulatorClient(Endpoint.Address);
        var hanging = caller.PostAsync(Path, SimulatorClient.Chat(stream: stream));
        await Eventually.IsTrueAsync(() => Endpoint.Counters.Total.InFlight == 1);
        Assert.False(hanging.IsCompleted);

        caller.HangUp();

        await Eventually.IsTrueAsync(() => Endpoint.Counters.Total.Aborted == 1);
        Assert.Equal(0, Endpoint.Counters.Total.InFlight);
        await Assert.ThrowsAnyAsync<Exception>(() => hanging);
    }

    [Theory]
    [InlineData(Path, 503, null, "type", "server_error")]
    [InlineData(Path, 429, "insufficient_quota", "code", "insufficient_quota")]
    [InlineData(Path, 401, null, "code", "invalid_api_key")]
    [InlineData("openai/v1/chat/completions", 404, "DeploymentNotFound", "code", "DeploymentNotFound")]
    [InlineData("v1/messages", 529, null, "type", "overloaded_error")]
    [InlineData("v1/messages", 403, null, "type", "permission_error")]
    public async Task Status_Struck_HasTheApisShape(string path, int status, string? code, string member, string expected)
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Status, Status = status, Code = code });

        foreach (var stream in new[] { false, true })
        {
            using var response = await Client.PostAsync(path, SimulatorClient.Chat(stream: stream));

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(expected, (string?)(await ErrorOf(response))[member]);
        }
    }

    [Fact]
    public async Task Status_WithBody_SendsItAsItIs()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Status, Status = 502, Body = "<html>Bad gateway</html>" });

        using var response = await Client.PostAsync(Path, SimulatorClient.Chat());

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("<html>Bad gateway</html>", await response.Content.ReadAsStringAsync(SimulatorClient.Limit));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.TooManyRequests)]
    [InlineData(503, HttpStatusCode.ServiceUnavailable)]
    public async Task Throttle_WithHeaders_SendsThem(int? status, HttpStatusCode expected)
    {
        Endpoint.Faults.Add(new Fault
        {
            Kind = FaultKind.Throttle,
            Status = status,
            Headers = new Dictionary<string, string> { ["retry-after-ms"] = "1500", ["Retry-After"] = "2" },
        });

        using var response = await Client.PostAsync(Path, SimulatorClient.Chat());

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("1500", Assert.Single(response.Headers.GetValues("retry-after-ms")));
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SlowFirstToken_NoDelay_AddsHeadersToASoundAnswer(bool stream)
    {
        Endpoint.Faults.Add(new Fault
        {
            Kind = FaultKind.SlowFirstToken,
            Delay = TimeSpan.Zero,
            Headers = new Dictionary<string, string> { ["x-ratelimit-remaining-requests"] = "0" },
        });

        using var response = await Client.PostAsync(Path, SimulatorClient.Chat(stream: stream));

        Assert.Equal("0", Assert.Single(response.Headers.GetValues("x-ratelimit-remaining-requests")));
        Assert.Equal(1, Endpoint.Counters.Total.Completed);
    }

    [Theory]
    [InlineData("v1/chat/completions", "code", "context_length_exceeded")]
    [InlineData("openai/v1/chat/completions", "code", "context_length_exceeded")]
    [InlineData("v1/messages", "type", "invalid_request_error")]
    public async Task ContextLength_Struck_IsThe400OfTheApi(string path, string member, string expected)
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.ContextLength });

        using var response = await Client.PostAsync(path, SimulatorClient.Chat());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = await ErrorOf(response);
        Assert.Equal(expected, (string?)error[member]);
        Assert.Equal(path == "v1/messages", ((string)error["message"]!).StartsWith("prompt is too long: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ContentFilter_BothForms_HaveTheirCode()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.ContentFilter, Times = 1 });
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.ContentFilter, Times = 1, Code = "content_policy_violation" });

        using var azure = await Client.PostAsync(Path, SimulatorClient.Chat());
        using var openAI = await Client.PostAsync(Path, SimulatorClient.Chat());

        var error = await ErrorOf(azure);
        Assert.Equal("content_filter", (string?)error["code"]);
        Assert.Equal("ResponsibleAIPolicyViolation", (string?)error["innererror"]!["code"]);
        Assert.Equal("content_policy_violation", (string?)(await ErrorOf(openAI))["code"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EmptyBody_Struck_Is200WithNothing(bool stream)
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.EmptyBody });

        using var response = await Client.PostAsync(Path, SimulatorClient.Chat(stream: stream));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(SimulatorClient.Limit));
    }

    [Fact]
    public async Task WrongJson_NotStreamed_IsTruncated()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.WrongJson });

        using var response = await Client.PostAsync(Path, SimulatorClient.Chat());

        var body = await response.Content.ReadAsStringAsync(SimulatorClient.Limit);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("{\"id\":", body);
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => JsonNode.Parse(body));
    }

    [Fact]
    public async Task ErrorEvent_NotStreamed_Is200WithAnError()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.ErrorEvent });

        using var response = await Client.PostAsync(Path, SimulatorClient.Chat());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull((await ErrorOf(response))["message"]);
    }

    [Fact]
    public async Task Cut_NotStreamed_EndsInTheMiddle()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.Cut });

        using var response = await Client.PostAsync(Path, SimulatorClient.Chat());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(SimulatorClient.Limit));
    }

    [Fact]
    public async Task SlowFirstToken_NotStreamed_AnswersLate()
    {
        Endpoint.Faults.Add(new Fault { Kind = FaultKind.SlowFirstToken, Delay = TimeSpan.FromMilliseconds(300) });
        var start = TimeProvider.System.GetTimestamp();

        await Client.PostForJsonAsync(Path, SimulatorClient.Chat());

        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(290));
        Assert.Equal(1, Endpoint.Counters.Total.Completed);
    }

    private static async Task<JsonNode> ErrorOf(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(SimulatorClient.Limit))!["error"]!;
}
