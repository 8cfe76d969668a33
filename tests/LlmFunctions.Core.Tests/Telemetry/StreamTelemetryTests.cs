using System.Text;
using LlmFunctions.Core.Catalog;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>What the attempt of a streamed answer tells: it lasts as long as the stream.</summary>
public sealed class StreamTelemetryTests : IDisposable
{
    private const string Role = """{"id":"c","model":"gpt-real","choices":[{"index":0,"delta":{"role":"assistant"}}]}""";
    private const string Hi = """{"id":"c","model":"gpt-real","choices":[{"index":0,"delta":{"content":"hi"}}]}""";
    private const string Stop = """{"id":"c","model":"gpt-real","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string Usage = """{"id":"c","model":"gpt-real","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12}}""";

    private readonly AttemptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Stream_ToItsEnd_HasTimeToFirstChunkTokensAndTheWholeDuration()
    {
        var seen = new TaskCompletionSource();
        await using var endpoint = await ScriptedEndpoint.StartAsync(async context =>
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(0.25));
            await SendAsync(context, Role, Hi);
            await seen.Task;
            _bench.Time.Advance(TimeSpan.FromSeconds(0.75));
            await SendAsync(context, Stop, Usage, "[DONE]");
        });
        await _bench.SendAsync([endpoint], stream: true, isEnough: Note(seen));

        var span = Assert.Single(_bench.Spans(endpoint));
        Assert.Equal((true, 0.25, "gpt-real", 9L, 12L), (
            span.GetTagItem("gen_ai.request.stream"), span.GetTagItem("gen_ai.response.time_to_first_chunk"), span.GetTagItem("gen_ai.response.model"),
            span.GetTagItem("gen_ai.usage.input_tokens"), span.GetTagItem("gen_ai.usage.output_tokens")));
        Assert.Equal(("200", null), (span.GetTagItem("llm_router.outcome"), span.GetTagItem("error.type")));
        Assert.Equal((0.25, "s"), Assert.Single(_bench.Points("gen_ai.client.operation.time_to_first_chunk", endpoint)) is var first ? (first.Value, first.Unit) : default);
        Assert.Equal(1, Assert.Single(_bench.Points("gen_ai.client.operation.duration", endpoint)).Value);
        Assert.Equal([9, 12], _bench.Points("gen_ai.client.token.usage", endpoint).Select(point => point.Value));
    }

    [Theory]
    [InlineData("/v1/messages", EndpointKind.Anthropic, new[]
    {
        """{"type":"message_start","message":{"model":"gpt-real","usage":{"input_tokens":9,"output_tokens":1}}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}""",
        """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":12}}""",
        """{"type":"message_stop"}""",
    })]
    [InlineData("/v1/responses", EndpointKind.OpenAi, new[]
    {
        """{"type":"response.created","response":{"id":"r","model":"gpt-real"}}""",
        """{"type":"response.output_text.delta","delta":"hi"}""",
        """{"type":"response.completed","response":{"id":"r","model":"gpt-real","usage":{"input_tokens":9,"output_tokens":12}}}""",
    })]
    public async Task Stream_OfAnotherApi_HasItsModelAndTokens(string path, EndpointKind kind, string[] events)
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(context => SendAsync(context, events), kind);
        await _bench.SendAsync([endpoint], stream: true, path: path);

        var span = Assert.Single(_bench.Spans(endpoint));
        Assert.Equal(("gpt-real", 9L, 12L, "200"), (
            span.GetTagItem("gen_ai.response.model"), span.GetTagItem("gen_ai.usage.input_tokens"), span.GetTagItem("gen_ai.usage.output_tokens"), span.GetTagItem("llm_router.outcome")));
    }

    [Fact]
    public async Task Stream_CutInItsMiddle_IsAnError()
    {
        var seen = new TaskCompletionSource();
        await using var endpoint = await ScriptedEndpoint.StartAsync(context => CutAsync(context, seen.Task));
        await _bench.SendAsync([endpoint], stream: true, isEnough: Note(seen));

        var span = Assert.Single(_bench.Spans(endpoint));
        Assert.Equal(("stream_cut", "stream_cut"), (span.GetTagItem("llm_router.outcome"), span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Stream_SplicedByAnother_HasASpanOfEach()
    {
        var seen = new TaskCompletionSource();
        await using var first = await ScriptedEndpoint.StartAsync(context => CutAsync(context, seen.Task));
        await using var second = await ScriptedEndpoint.StartAsync(context => SendAsync(context, Role, Hi, Stop, Usage, "[DONE]"));
        await _bench.SendAsync([first, second], stream: true, mode: StreamMode.Splice, isEnough: Note(seen));

        Assert.Equal("stream_cut", Assert.Single(_bench.Spans(first)).GetTagItem("error.type"));
        Assert.Equal("200", Assert.Single(_bench.Spans(second)).GetTagItem("llm_router.outcome"));
    }

    [Theory]
    [InlineData(StreamMode.Off)]
    [InlineData(StreamMode.Splice)]
    public async Task Stream_CallerLeaves_IsCancelled(StreamMode mode)
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(async context =>
        {
            await SendAsync(context, Role, Hi);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await _bench.SendAsync([endpoint], stream: true, mode: mode, isEnough: _ => true);

        var span = Assert.Single(_bench.Spans(endpoint));
        Assert.Equal(("cancelled", "cancelled"), (span.GetTagItem("llm_router.outcome"), span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Stream_HeldWhole_IsAnswered()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(context => SendAsync(context, Role, Hi, Stop, Usage, "[DONE]"));
        await _bench.SendAsync([endpoint], stream: true, mode: StreamMode.Hold);

        var span = Assert.Single(_bench.Spans(endpoint));
        Assert.Equal(("200", null, 12L), (span.GetTagItem("llm_router.outcome"), span.GetTagItem("error.type"), span.GetTagItem("gen_ai.usage.output_tokens")));
    }

    private static Func<int, bool> Note(TaskCompletionSource seen) => _ =>
    {
        seen.TrySetResult();
        return false;
    };

    // What is under way when a connection is reset is lost.
    private static async Task CutAsync(HttpContext context, Task seen)
    {
        await SendAsync(context, Role, Hi);
        await seen;
        context.Abort();
    }

    private static async Task SendAsync(HttpContext context, params string[] events)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "text/event-stream";
        foreach (var data in events)
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"));
        await context.Response.Body.FlushAsync();
    }
}
