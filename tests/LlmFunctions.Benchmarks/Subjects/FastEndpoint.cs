using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LlmFunctions.Benchmarks.Subjects;

/// <summary>An endpoint that costs next to nothing, so that what stands before it shows: one chat answer, made beforehand, and a stream
/// whose events carry the time of their sending.</summary>
internal static class FastEndpoint
{
    public const string ChatPath = "/v1/chat/completions";

    /// <summary>Between two events of a stream.</summary>
    public static readonly TimeSpan EventInterval = TimeSpan.FromMilliseconds(20);

    private static readonly byte[] Answer = Encoding.UTF8.GetBytes("""
        {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion","created":1741569952,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hello! How can I assist you today? I can answer questions, write and explain code, or help you plan what comes next.","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":28,"total_tokens":47,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}},"service_tier":"default","system_fingerprint":"fp_06737a9306"}
        """);

    public static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost(ChatPath, AnswerAsync);
        return app;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var body = await context.Request.BodyReader.ReadAtLeastAsync((int)(context.Request.ContentLength ?? 0), context.RequestAborted);
        var isStreamed = Encoding.UTF8.GetString(body.Buffer).Contains("\"stream\":true", StringComparison.Ordinal);
        context.Request.BodyReader.AdvanceTo(body.Buffer.End);
        if (isStreamed)
        {
            await StreamAsync(context);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Answer.Length;
        await context.Response.BodyWriter.WriteAsync(Answer, context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        using var pace = new PeriodicTimer(EventInterval);
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.BodyWriter.WriteAsync(Event(), context.RequestAborted);
            await pace.WaitForNextTickAsync(context.RequestAborted);
        }
    }

    private static byte[] Event() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
        data: {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk","created":1741569952,"model":"gpt-4o","system_fingerprint":"fp_06737a9306","choices":[{"index":0,"delta":{"content":"{{Stopwatch.GetTimestamp()}}"},"logprobs":null,"finish_reason":null}]}


        """));
}
