using System.Globalization;
using System.Net.Sockets;
using System.Text;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests.Outcomes;

/// <summary>Bytes that well-behaved programs do not send: they cost nobody an answer.</summary>
public sealed class OddBytesTests(AzuriteFixture azurite)
{
    private const string Sound = """{"id":"a","choices":[{"index":0,"message":{"role":"assistant","content":"sound"},"finish_reason":"stop"}]}""";
    private static readonly int[] Tiers = [0, 1];

    [Theory]
    [InlineData(500, """{"error":{"message":"\ud800","code":"x"}}""", "e0:500, e0:500, e1:200")]
    [InlineData(401, """{"error":{"code":"\udfff"}}""", "e0:401, e1:200")]
    public async Task Chat_ErrorWithHalfASurrogatePair_FailsOver(int status, string body, string path)
    {
        await using var endpoint = new RawEndpoint(_ => Task.FromResult(Answer(body, status)));
        await using var world = await StartAsync(endpoint.Address);
        Assert.Equal(path, (await world.Router.Http.ChatAsync("odd")).Path);
    }

    [Fact]
    public async Task Chat_StreamWithAnErrorOfHalfASurrogatePair_FailsOver()
    {
        await using var endpoint = new RawEndpoint(_ => Task.FromResult(Stream("data: {\"error\":\"\\ud800\"}\n\n", "Text/Event-Stream")));
        await using var world = await StartAsync(endpoint.Address);
        var reply = await world.Router.Http.ChatAsync("odd", stream: true);
        Assert.Equal("e0:error-event, e1:200", reply.Path);
        Assert.Equal(await world.DirectAnswerAsync("odd", 1), reply.Text);
    }

    [Fact]
    public async Task Chat_StreamThatIsDoneBeforeItIsFinished_IsNoCleanEnd()
    {
        await using var endpoint = new RawEndpoint(_ => Task.FromResult(
            Stream("data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"},\"finish_reason\":null}]}\n\ndata: [DONE]\n\n")));
        await using var world = await StartAsync(endpoint.Address);
        var cut = await world.Router.Http.ChatAsync("odd", stream: true, ("x-llm-stream", "off"));
        Assert.Equal("half", cut.Text);
        Assert.Contains("stream_unfinished", cut.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", cut.Body, StringComparison.Ordinal);

        var held = await world.Router.Http.ChatAsync("odd", stream: true, ("x-llm-stream", "hold"));
        Assert.Equal(await world.DirectAnswerAsync("odd", 1), held.Text);
    }

    [Fact]
    public async Task Chat_OnlySignsOfLifeAfterTheFirstContent_IsAStall()
    {
        await using var endpoint = new RawEndpoint(_ => SignsOfLifeAsync());
        await using var world = await RouterWorld.StartAsync(azurite, [0], catalog =>
        {
            catalog["endpoints"]!["e0"]!["address"] = endpoint.Address;
            catalog["models"]!["m"]!["idleLimit"] = "00:00:01";
        });
        var reply = await world.Router.Http.ChatAsync("odd", stream: true);
        Assert.Contains("stream_stalled", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_EndpointsHeaderThatIsNoAscii_IsLeftOut()
    {
        await using var endpoint = new RawEndpoint(_ => Task.FromResult(Answer(Sound, 200, "x-region: Zürich\r\nx-zone: 1\r\n")));
        await using var world = await StartAsync(endpoint.Address);
        var reply = await world.Router.Http.ChatAsync("odd");
        Assert.Equal(("e0:200", "sound"), (reply.Path, reply.Text));
        Assert.True(reply.Headers.ContainsKey("x-zone"));
        Assert.False(reply.Headers.ContainsKey("x-region"));
    }

    [Fact]
    public async Task Chat_CallersHeaderThatIsNoAscii_GoesOnAsItCame()
    {
        await using var endpoint = new RawEndpoint(_ => Task.FromResult(Answer(Sound)));
        await using var world = await StartAsync(endpoint.Address);
        var answer = await SendAsync(world, "X-Title: Zürich\r\n");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("X-Title: Zürich", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(endpoint.LastHead)), StringComparison.Ordinal);
    }

    /// <summary>One content, then for a while nothing but comments and empty deltas, then an end that looks sound.</summary>
    private static async IAsyncEnumerable<string> SignsOfLifeAsync()
    {
        yield return Stream("data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"},\"finish_reason\":null}]}\n\n");
        for (var i = 0; i < 60; i++)
        {
            await Task.Delay(100);
            yield return i % 2 == 0 ? ": ping\n\n" : "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":null}]}\n\n";
        }

        yield return "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    }

    private static string Answer(string body, int status = 200, string headers = "") =>
        $"HTTP/1.1 {status} Odd\r\n{headers}Connection: close\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string Stream(string events, string mediaType = "text/event-stream") =>
        $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {mediaType}\r\n\r\n{events}";

    /// <summary>An HttpClient would not send such a header.</summary>
    private static async Task<string> SendAsync(RouterWorld world, string header)
    {
        var body = Chats.Body("odd").ToJsonString();
        using var client = new TcpClient();
        await client.ConnectAsync(world.Router.Address.Host, world.Router.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: router\r\nConnection: close\r\n{header}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}")));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private Task<RouterWorld> StartAsync(string address) =>
        RouterWorld.StartAsync(azurite, Tiers, catalog => catalog["endpoints"]!["e0"]!["address"] = address);
}
