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
    RequestReader reader, BodyBudget budget, IdempotencyGate router, BackgroundResponses background, PreviousResponses previous, TimeProvider time, ILogger<ModelCalls> logger)
{
    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (ApiPath.TryParse(path) is not { } api)
            return ErrorWriter.WriteAsync(context, ReadErrors.NotServed(path));
        if (api.StoredId is null && !HttpMethods.IsPost(context.Request.Method))
            return ErrorWriter.WriteAsync(context, ReadErrors.MethodNotAllowed(context.Request.Method, path));
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

        if (!request.Call.IsStreaming || request.Preference.AcceptsAsync)
        {
            await AnswerAsync(context, request, await router.RouteAsync(request, context.RequestAborted));
            return;
        }

        var keepAlive = new StreamKeepAlive(context, api, id, time);
        var result = await router.RouteAsync(request with { WhileWaiting = keepAlive.TickAsync }, context.RequestAborted);
        if (keepAlive.IsCommitted || result is RouterResult.Accepted)
            await AnswerInBandAsync(context, keepAlive, id, result);
        else
            await AnswerAsync(context, request, result);
    }

    private async Task AnswerAsync(HttpContext context, RouterRequest request, RouterResult result)
    {
        DecisionHeaders.Write(context.Response.Headers, request.Id, result.Decision);
        switch (result)
        {
            case RouterResult.Answered answered:
                await using (answered.Answer)
                    await ResponseRelay.CopyAsync(answered.Answer, context);
                break;
            case RouterResult.Accepted accepted:
                await AcceptedWriter.WriteAsync(context, accepted);
                break;
            case RouterResult.Refused refused:
                Log(request.Id, refused);
                await ErrorWriter.WriteAsync(context, refused.Error);
                break;
        }
    }

    private async Task AnswerInBandAsync(HttpContext context, StreamKeepAlive keepAlive, string id, RouterResult result)
    {
        switch (result)
        {
            case RouterResult.Answered { Answer: { Chunks: { } chunks } answer }:
                await using (answer)
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
                Log(id, refused);
                await keepAlive.FailAsync(refused.Error.Code, refused.Error.Message);
                break;
        }
    }

    private void Log(string id, RouterResult.Refused refused)
    {
        if (refused.Error.Status >= 500)
            LogRefused(id, refused.Error.Status, refused.Error.Message);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Id} was refused with {Status}: {Reason}")]
    private partial void LogRefused(string id, int status, string reason);
}
