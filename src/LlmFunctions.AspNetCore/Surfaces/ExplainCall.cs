using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Surfaces;

/// <summary><c>POST /v1/explain</c>: what would happen to a request now, without an attempt. The body is the request's own; the query
/// <c>path</c> says where it would be sent, by default <c>/v1/chat/completions</c>.</summary>
internal sealed class ExplainCall(RequestReader reader, BodyBudget budget, RequestRouter router)
{
    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Query["path"].FirstOrDefault() ?? "/v1/chat/completions";
        if (ApiPath.TryParse(path) is not { } api)
        {
            await ErrorWriter.WriteAsync(context, ReadErrors.NotServed(path));
            return;
        }

        var id = RequestId.New();
        using var lease = new BodyLease(budget);
        var (request, error) = await reader.ReadAsync(context, api, id, lease, context.RequestAborted);
        if (request is null)
        {
            await ErrorWriter.WriteAsync(context, error!);
            return;
        }

        var result = await router.ExplainAsync(request, context.RequestAborted);
        if (result is RouterResult.Refused refused)
            await ErrorWriter.WriteAsync(context, refused.Error);
        else
            await context.Response.WriteAsJsonAsync(DecisionView.Of(result.Decision!), RouterJson.Plain.DecisionView, cancellationToken: context.RequestAborted);
    }
}
