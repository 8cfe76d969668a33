using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Queue;

/// <summary><c>/v1/requests/{id}</c>: look, wait, fetch the answer, cancel; and the decision, also of a request that was answered at once.
/// Only the caller that sent a request sees it; an operator sees its decision.</summary>
internal sealed class RequestCalls(QueuedRequests requests, KeptDecisions decisions)
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(200);

    public Task ShowAsync(HttpContext context, string id) => WithRequestAsync(context, id, row => WriteAsync(context, row));

    public Task ShowDecisionAsync(HttpContext context, string id) => StorageGuard.RunAsync(context, async () =>
    {
        var owner = Caller.IsOperator(context) ? null : Caller.NameOf(context);
        var row = await FindAsync(context, id, owner);
        // A queued request's own is that of its last run.
        if ((row?.Decision ?? await FindDecisionAsync(context, id, owner)) is not { } decision)
        {
            await ErrorWriter.WriteAsync(context, row is null ? QueueErrors.DecisionNotKept : QueueErrors.NoDecision);
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(decision, context.RequestAborted);
    });

    public Task ShowAnswerAsync(HttpContext context, string id) => WithRequestAsync(context, id, async row =>
    {
        if (await requests.ReadAnswerAsync(row, context.RequestAborted) is not { } answer)
        {
            await ErrorWriter.WriteAsync(context, QueueErrors.NotAnswered(RequestView.StatusOf(row)));
            return;
        }

        context.Response.Headers["x-llm-request-id"] = row.Id;
        await ResponseRelay.CopyAsync(new(answer.Status, answer.Headers, answer.Body), context);
    });

    /// <summary>At once: a <c>Prefer: wait</c> is for those who want the answer.</summary>
    public Task CancelAsync(HttpContext context, string id) => StorageGuard.RunAsync(context, async () =>
    {
        if (RequestId.IsValid(id) && await requests.CancelAsync(id, Caller.NameOf(context), context.RequestAborted) is { } row)
            await WriteAsync(context, row);
        else
            await ErrorWriter.WriteAsync(context, QueueErrors.NotFound);
    });

    private static Task WriteAsync(HttpContext context, QueuedRequest row)
    {
        if (!row.IsFinished)
            context.Response.Headers.RetryAfter = "5";
        return context.Response.WriteAsJsonAsync(RequestView.Of(row), RouterJson.Plain.RequestView, cancellationToken: context.RequestAborted);
    }

    private Task WithRequestAsync(HttpContext context, string id, Func<QueuedRequest, Task> write) => StorageGuard.RunAsync(context, async () =>
    {
        if (await FindAsync(context, id, Caller.NameOf(context)) is { } row)
            await write(row);
        else
            await ErrorWriter.WriteAsync(context, QueueErrors.NotFound);
    });

    private async Task<string?> FindDecisionAsync(HttpContext context, string id, string? owner) =>
        RequestId.IsValid(id) ? (await decisions.FindAsync(id, owner, context.RequestAborted))?.Json : null;

    private async Task<QueuedRequest?> FindAsync(HttpContext context, string id, string? owner)
    {
        if (!RequestId.IsValid(id))
            return null;
        if (PreferHeader.Read(context.Request.Headers).Wait is not { } wait)
            return await requests.FindAsync(id, owner, context.RequestAborted);
        context.Response.Headers["Preference-Applied"] = $"wait={wait.TotalSeconds:0}";
        return await requests.WaitAsync(id, owner, wait < LongestPoll ? wait : LongestPoll, context.RequestAborted);
    }
}
