using System.Diagnostics;
using LlmFunctions.AspNetCore.Queue;
using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary>Every call that goes to a model: read, route, relay.</summary>
internal sealed partial class ModelCalls(
    RequestReader reader, BodyBudget budget, IdempotencyGate router, BackgroundResponses background, PreviousResponses previous, RequestJournal journal,
    TimeProvider time, ILogger<ModelCalls> logger)
{
    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (ApiPath.TryParse(path) is not { } api)
            return Unserved.AnswerAsync(context);
        var method = context.Request.Method;
        if (!HttpMethods.IsPost(method) && (api.StoredId is null || !(HttpMethods.IsGet(method) || HttpMethods.IsDelete(method))))
            return Unserved.RefuseMethodAsync(context, api.StoredId is null ? [HttpMethods.Post] : [HttpMethods.Delete, HttpMethods.Get, HttpMethods.Post]);
        return api.StoredId is { } stored && BackgroundResponses.IsOurs(stored) ? background.HandleAsync(context, api) : RouteAsync(context, api);
    }

    private async Task RouteAsync(HttpContext context, ApiPath api)
    {
        var id = RequestId.New();
        using var lease = new BodyLease(budget);
        var read = await reader.ReadAsync(context, api, id, lease, context.RequestAborted);
        var (request, error) = await previous.ResolveAsync(read, context.RequestAborted);
        if (request is null)
        {
            DecisionHeaders.Write(context.Response.Headers, id, null);
            await ErrorWriter.WriteAsync(context, error!);
            return;
        }

        using var span = journal.Begin(request, TraceOf(context));
        if (!request.Call.IsStreaming || request.Preference.AcceptsAsync)
        {
            var whole = await router.RouteAsync(request, context.RequestAborted);
            await NoteAsync(request, whole, span, () => AnswerAsync(context, request, whole));
            return;
        }

        var keepAlive = new StreamKeepAlive(context, api, id, time);
        var result = await router.RouteAsync(request with { WhileWaiting = keepAlive.TickAsync }, context.RequestAborted);
        keepAlive.RequestId = IdOf(request, result);
        var isInBand = keepAlive.IsCommitted || result is RouterResult.Accepted;
        await NoteAsync(request, result, span, () => isInBand ? AnswerInBandAsync(context, keepAlive, request, result) : AnswerAsync(context, request, result));
    }

    // Where the server has a span it is current, and has read this header itself. On Functions there is none.
    private static ActivityContext TraceOf(HttpContext context) =>
        Activity.Current is null && ActivityContext.TryParse(context.Request.Headers.TraceParent, context.Request.Headers.TraceState, isRemote: true, out var parent)
            ? parent
            : default;

    /// <summary>Only at the end of a stream is it known how a request ended.</summary>
    private async Task NoteAsync(RouterRequest request, RouterResult result, Activity? span, Func<Task> answerAsync)
    {
        await using var answer = (result as RouterResult.Answered)?.Answer;
        try
        {
            await answerAsync();
        }
        finally
        {
            journal.Note(request, result, span);
        }
    }

    private async Task AnswerAsync(HttpContext context, RouterRequest request, RouterResult result)
    {
        DecisionHeaders.Write(context.Response.Headers, IdOf(request, result), result.Decision);
        switch (result)
        {
            case RouterResult.Answered answered:
                // What is the caller's to mend is the same the next time.
                if (answered.Answer.StatusCode >= StatusCodes.Status400BadRequest)
                    context.Response.Headers["x-should-retry"] = "false";
                await ResponseRelay.CopyAsync(answered.Answer, context);
                break;
            case RouterResult.Accepted accepted:
                await AcceptedWriter.WriteAsync(context, accepted);
                break;
            case RouterResult.Refused refused:
                Log(request, refused.Error);
                await ErrorWriter.WriteAsync(context, refused.Error);
                break;
        }
    }

    private async Task AnswerInBandAsync(HttpContext context, StreamKeepAlive keepAlive, RouterRequest request, RouterResult result)
    {
        switch (result)
        {
            case RouterResult.Answered { Answer.Chunks: { } chunks }:
                await ResponseRelay.CopyChunksAsync(chunks, context);
                break;
            case RouterResult.Answered { Answer: { StatusCode: < 400 } answer }:
                await context.Response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted);
                break;
            case RouterResult.Answered answered:
                await keepAlive.FailAsync("endpoint_refused", System.Text.Encoding.UTF8.GetString(answered.Answer.Body.Span));
                break;
            case RouterResult.Accepted accepted:
                await keepAlive.FailAsync("request_queued", $"No endpoint is available now. The request is kept and will be run: fetch its answer at {AcceptedWriter.LocationOf(accepted.Request)}/response.");
                break;
            case RouterResult.Refused refused:
                Log(request, refused.Error);
                await keepAlive.FailAsync(refused.Error.Code, refused.Error.Message);
                break;
        }
    }

    // What a twin gets is another request's: the one that ran, or waits in the ledger.
    private static string IdOf(RouterRequest request, RouterResult result) => result.Decision?.RequestId ?? request.Id;

    private void Log(RouterRequest request, RouterError error)
    {
        if (error.Status >= 500)
            LogRefused(request.Id, request.Call.Model, error.Status, CauseOf(request, error), error.Message);
    }

    // A caller that allows less time than its model does says nothing of the model when that passes.
    private static string CauseOf(RouterRequest request, RouterError error) =>
        error.Status == StatusCodes.Status504GatewayTimeout && request.Timeout is not null ? "callers_deadline_exceeded" : error.Code;

    // The alert "a model is unserved" goes by the model and the cause.
    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Id} for {Model} was refused with {Status} {Cause}: {Reason}")]
    private partial void LogRefused(string id, string model, int status, string cause, string reason);
}
