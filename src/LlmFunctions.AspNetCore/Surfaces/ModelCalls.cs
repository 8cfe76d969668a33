using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary>Every call that goes to a model: read, route, relay.</summary>
internal sealed partial class ModelCalls(RequestReader reader, BodyBudget budget, RequestRouter router, ILogger<ModelCalls> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (ApiPath.TryParse(path) is not { } api)
        {
            await ErrorWriter.WriteAsync(context, ReadErrors.NotServed(path));
            return;
        }

        if (api.StoredId is null && !HttpMethods.IsPost(context.Request.Method))
        {
            await ErrorWriter.WriteAsync(context, ReadErrors.MethodNotAllowed(context.Request.Method, path));
            return;
        }

        await RouteAsync(context, api);
    }

    private async Task RouteAsync(HttpContext context, ApiPath api)
    {
        var id = RequestId.New();
        using var lease = new BodyLease(budget);
        var (request, error) = await reader.ReadAsync(context, api, id, lease, context.RequestAborted);
        if (request is null)
        {
            DecisionHeaders.Write(context.Response.Headers, id, null);
            await ErrorWriter.WriteAsync(context, error!);
            return;
        }

        await AnswerAsync(context, id, await router.RouteAsync(request, context.RequestAborted));
    }

    private async Task AnswerAsync(HttpContext context, string id, RouterResult result)
    {
        DecisionHeaders.Write(context.Response.Headers, id, result.Decision);
        switch (result)
        {
            case RouterResult.Answered answered:
                await using (answered.Answer)
                    await ResponseRelay.CopyAsync(answered.Answer, context);
                break;
            case RouterResult.Refused refused:
                if (refused.Error.Status >= 500)
                    LogRefused(id, refused.Error.Status, refused.Error.Message);
                await ErrorWriter.WriteAsync(context, refused.Error);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Id} was refused with {Status}: {Reason}")]
    private partial void LogRefused(string id, int status, string reason);
}
