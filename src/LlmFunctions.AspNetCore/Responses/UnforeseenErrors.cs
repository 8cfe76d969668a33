using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.AspNetCore.Responses;

/// <summary>Turns an exception that nobody foresaw into an error in the shape of the API that was called, unless the answer has begun.</summary>
internal sealed partial class UnforeseenErrors(RequestDelegate next, ILogger<UnforeseenErrors> logger)
{
    private const string IdHeader = "x-llm-request-id";

    private static readonly RouterError Failed = new(
        500, "internal_error", "The router failed on this request. Send it again; if that does not help, tell its operator the x-llm-request-id of this answer.")
    {
        ShouldRetry = true,
    };

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        // The server itself knows what to say of a request that it could not read.
        catch (Exception e) when (e is not BadHttpRequestException && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await AnswerAsync(context, e);
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var id = context.Response.Headers[IdHeader] is [{ Length: > 0 } known] ? known : RequestId.New();
        LogFailed(id, context.Request.Method, context.Request.Path.Value, exception);
        context.Response.Clear();
        context.Response.Headers[IdHeader] = id;
        await ErrorWriter.WriteAsync(context, Failed);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Id}, {Method} {Path}, failed")]
    private partial void LogFailed(string id, string method, string? path, Exception exception);
}
