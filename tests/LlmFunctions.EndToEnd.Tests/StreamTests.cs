using System.Diagnostics;
using LlmFunctions.Simulator;
using LlmFunctions.Testing;

namespace LlmFunctions.EndToEnd.Tests;

/// <summary>Streams behind their commit point: what breaks is told, what is sound is whole.</summary>
public sealed class StreamTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(FaultKind.Cut, "stream_cut")]
    [InlineData(FaultKind.Stall, "stream_stalled")]
    [InlineData(FaultKind.ErrorEvent, "error")]
    public async Task Chat_BreaksBehindTheFirstContent_EndsWithAnInBandErrorAndWithoutDone(FaultKind kind, string expected)
    {
        await using var world = await StartAsync(0);
        world.Endpoints[0].Faults.Add(new() { Kind = kind, AfterTokens = 5 });
        var reply = await world.Router.Http.ChatAsync("break", stream: true);
        Assert.Equal(200, reply.Status);
        Assert.NotEqual("", reply.Text);
        Assert.Contains("\"error\"", LastEvent(reply.Body), StringComparison.Ordinal);
        Assert.Contains(expected, LastEvent(reply.Body), StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_Cut_EndsWithAnErrorEventOfItsOwnShape()
    {
        await using var world = await RouterWorld.StartAsync(azurite, [0], catalog =>
        {
            catalog["endpoints"]!["e0"]!["kind"] = "anthropic";
            catalog["endpoints"]!["e0"]!["address"] = catalog["endpoints"]!["e0"]!["address"]!.GetValue<string>().Replace("/v1", "", StringComparison.Ordinal);
        });
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        var body = await PostAsync(world, "/v1/messages", """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"x"}]}""");
        Assert.StartsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"", LastEvent(body), StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responses_Cut_EndsWithAnErrorEventOfItsOwnShape()
    {
        await using var world = await StartAsync(0);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.Cut, AfterTokens = 5 });
        var body = await PostAsync(world, "/v1/responses", """{"model":"m","stream":true,"input":"x"}""");
        Assert.StartsWith("event: error\ndata: {\"type\":\"error\",\"code\":\"stream_cut\"", LastEvent(body), StringComparison.Ordinal);
        Assert.DoesNotContain("response.completed", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_EndsSoundlyWithoutDone_GetsIt()
    {
        await using var world = await StartAsync(0);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.NoDone });
        var reply = await world.Router.Http.ChatAsync("no done", stream: true);
        Assert.Equal("data: [DONE]", LastEvent(reply.Body));
        Assert.Equal(await world.DirectAnswerAsync("no done"), reply.Text);
    }

    [Fact]
    public async Task Chat_MalformedChunkInTheMiddle_IsSkipped()
    {
        await using var world = await StartAsync(0);
        world.Endpoints[0].Faults.Add(new() { Kind = FaultKind.MalformedChunk, AfterTokens = 5, Times = 1 });
        var reply = await world.Router.Http.ChatAsync("malformed", stream: true);
        Assert.Equal(await world.DirectAnswerAsync("malformed"), reply.Text);
        Assert.All(reply.Body.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)), line =>
            System.Text.Json.Nodes.JsonNode.Parse(line["data: ".Length..]));
    }

    [Fact]
    public async Task Chat_SlowTokens_ReachTheCallerOneByOne()
    {
        await using var world = await StartAsync(tokensPerSecond: 8);
        using var message = Chats.Message("slow", stream: true);
        using var response = await world.Router.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var watch = Stopwatch.StartNew();
        var first = TimeSpan.Zero;
        while (await lines.ReadLineAsync() is { } line)
        {
            if (first == TimeSpan.Zero && line.Contains("\"content\":\"", StringComparison.Ordinal) && !line.Contains("\"content\":\"\"", StringComparison.Ordinal))
                first = watch.Elapsed;
        }

        // 24 tokens at 8 a second: the last comes nearly three seconds behind the first, unless somebody buffers.
        Assert.True(watch.Elapsed - first > TimeSpan.FromMilliseconds(600), $"first {first}, all {watch.Elapsed}");
    }

    [Fact]
    public async Task Chat_CallerLeaves_CancelsTheAttempt()
    {
        await using var world = await StartAsync(tokensPerSecond: 2);
        using var leaving = new CancellationTokenSource();
        using var message = Chats.Message("leave", stream: true);
        using (var response = await world.Router.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, leaving.Token))
            Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        await Eventually.IsTrueAsync(() => world.Endpoints[0].Counters.Total.Aborted == 1, TimeSpan.FromSeconds(20));
        Assert.Null(await world.SkippedAsync(0));
    }

    [Fact]
    public async Task Shutdown_StreamUnderWay_IsFinished()
    {
        await using var world = await StartAsync(tokensPerSecond: 20);
        using var message = Chats.Message("stopping", stream: true);
        using var response = await world.Router.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        var stopping = world.Router.StopAsync();
        var body = await response.Content.ReadAsStringAsync();
        await stopping;
        Assert.EndsWith("data: [DONE]\n\n", body, StringComparison.Ordinal);
    }

    private Task<RouterWorld> StartAsync(double tokensPerSecond) => RouterWorld.StartAsync(
        azurite,
        [0],
        catalog => catalog["models"]!["m"]!["idleLimit"] = "00:00:02",
        options: _ => new SimulatorOptions { TokensPerSecond = tokensPerSecond });

    private static async Task<string> PostAsync(RouterWorld world, string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await world.Router.Http.PostAsync(path, content);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static string LastEvent(string body) => body.TrimEnd('\n').Split("\n\n")[^1];
}
