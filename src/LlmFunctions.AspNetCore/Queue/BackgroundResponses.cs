using System.Text.Json.Nodes;
using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Forwarding;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Queue;

/// <summary>Queued background responses in OpenAI's own shape, under <c>resp_{id}</c>, so that the SDKs' retrieve and cancel work.</summary>
internal sealed class BackgroundResponses(QueuedRequests requests)
{
    private const string Prefix = "resp_";

    /// <summary>Whether the id is one of the router's: an endpoint's own ids do not continue with <c>req_</c>.</summary>
    public static bool IsOurs(string storedId) => storedId.StartsWith($"{Prefix}{RequestId.Prefix}", StringComparison.Ordinal);

    /// <summary>The queued request behind an id of the router's; null when it can be none.</summary>
    public static string? RequestOf(string storedId) => RequestId.IsValid(storedId[Prefix.Length..]) ? storedId[Prefix.Length..] : null;

    /// <summary>GET or DELETE of the response, or POST of its cancel.</summary>
    public Task HandleAsync(HttpContext context, ApiPath path) => StorageGuard.RunAsync(context, async () =>
    {
        var (stored, owner) = (path.StoredId!, Caller.NameOf(context));
        bool? isCancel = (context.Request.Method, path.Rest[(stored.Length + 1)..].ToLowerInvariant()) switch
        {
            ("GET", "") => false,
            ("DELETE", "") or ("POST", "/cancel") => true,
            _ => null,
        };
        if (isCancel is null)
        {
            await ErrorWriter.WriteAsync(context, NotServed(context.Request));
            return;
        }

        var row = RequestOf(stored) is not { } id ? null
            : isCancel.Value ? await requests.CancelAsync(id, owner, context.RequestAborted)
            : await requests.FindAsync(id, owner, context.RequestAborted);
        if (row is null)
            await ErrorWriter.WriteAsync(context, NotFound(stored));
        else
            await WriteAsync(context, row, await requests.ReadAnswerAsync(row, context.RequestAborted));
    });

    public static async Task WriteAsync(HttpContext context, QueuedRequest row, StoredResponse? answer = null)
    {
        var response = row.State == RequestState.Succeeded && answer is not null ? Finished(row, answer) : Unfinished(row, answer);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(response.ToJsonString(), context.RequestAborted);
    }

    private static JsonObject Finished(QueuedRequest row, StoredResponse answer)
    {
        var response = JsonNode.Parse(answer.Body.Span)!.AsObject();
        response["id"] = Prefix + row.Id;
        // The response began when it was queued; the endpoint knows its own run only.
        response["created_at"] = row.CreatedAt.ToUnixTimeSeconds();
        response["background"] = true;
        return response;
    }

    // https://platform.openai.com/docs/guides/background: queued, in_progress, completed, failed, cancelled, incomplete
    private static JsonObject Unfinished(QueuedRequest row, StoredResponse? answer) => new()
    {
        ["id"] = Prefix + row.Id,
        ["object"] = "response",
        ["created_at"] = row.CreatedAt.ToUnixTimeSeconds(),
        ["status"] = row.State switch
        {
            RequestState.Queued => "queued",
            RequestState.Running => "in_progress",
            RequestState.Cancelled => "cancelled",
            _ => "failed",
        },
        ["background"] = true,
        ["model"] = row.Model,
        ["output"] = new JsonArray(),
        ["error"] = row.IsFinished && row.State != RequestState.Cancelled
            ? new JsonObject { ["code"] = "server_error", ["message"] = Message(row, answer) }
            : null,
        ["incomplete_details"] = null,
        ["instructions"] = null,
        ["metadata"] = new JsonObject(),
        ["parallel_tool_calls"] = true,
        ["temperature"] = null,
        ["tool_choice"] = "auto",
        ["tools"] = new JsonArray(),
        ["top_p"] = null,
    };

    private static string Message(QueuedRequest row, StoredResponse? answer) =>
        answer is null ? row.Reason ?? RequestView.StatusOf(row) : System.Text.Encoding.UTF8.GetString(answer.Body.Span);

    private static RouterError NotFound(string id) => new(404, "response_not_found", $"Response with id '{id}' not found.") { ShouldRetry = false };

    private static RouterError NotServed(HttpRequest request) => new(
        404, "path_not_served", $"{request.Method} is not served at '{request.Path}'. Of a queued background response are served GET and DELETE /v1/responses/{{id}} and POST /v1/responses/{{id}}/cancel.")
    {
        ShouldRetry = false,
    };
}
