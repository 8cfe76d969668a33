using LlmFunctions.Core.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LlmFunctions.AspNetCore.Responses;

/// <summary>Keeps a streaming caller's connection alive while nothing is available or the answer is held. The first comment commits the
/// 200: what follows it is the stream or an in-band error.</summary>
internal sealed class StreamKeepAlive(HttpContext context, ApiPath path, string requestId, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly byte[] Comment = ": waiting for the answer\n\n"u8.ToArray();

    private DateTimeOffset? _next;

    public bool IsCommitted { get; private set; }

    /// <summary>Goes out with the first byte: the request's own id until it is found to be a twin of another.</summary>
    public string RequestId { get; set; } = requestId;

    /// <summary>Called again and again while waiting; sends a comment when one is due.</summary>
    public async ValueTask TickAsync()
    {
        var now = time.GetUtcNow();
        _next ??= now + Quiet;
        if (now < _next)
            return;
        _next = now + Interval;
        Commit();
        await context.Response.BodyWriter.WriteAsync(Comment, context.RequestAborted);
    }

    /// <summary>Ends the stream with an error in the API's own shape.</summary>
    public async Task FailAsync(string code, string message)
    {
        Commit();
        await context.Response.BodyWriter.WriteAsync(ErrorEvents.For(path.Operation, code, message), context.RequestAborted);
    }

    private void Commit()
    {
        if (IsCommitted)
            return;
        IsCommitted = true;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["x-llm-request-id"] = RequestId;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }
}
