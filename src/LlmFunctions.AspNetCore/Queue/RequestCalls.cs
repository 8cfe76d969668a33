using LlmFunctions.AspNetCore.Requests;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Replay;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Queue;

/// <summary><c>/v1/requests/{id}</c>: look, wait, fetch the answer, cancel. Only the caller that sent a request sees it.</summary>
internal sealed class RequestCalls(QueuedRequests requests)
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(200);

    public Task ShowAsync(HttpContext context, string id) => WithRequestAsync(context, id, row => WriteAsync(context, row));

    public Task ShowDecisionAsync(HttpContext context, string id) => WithRequestAsync(context, id, row =>
    {
        if (row.Decision is null)
            return ErrorWriter.WriteAsync(context, QueueErrors.NoDecision);
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(row.Decision, context.RequestAborted);
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

    public Task CancelAsync(HttpContext context, string id) => WithRequestAsync(context, id, async row =>
    {
        var cancelled = await requests.CancelAsync(id, row.Owner, context.RequestAborted);
        await WriteAsync(context, cancelled ?? row);
    });

    private static Task WriteAsync(HttpContext context, QueuedRequest row)
    {
        if (!row.IsFinished)
            context.Response.Headers.RetryAfter = "5";
        return context.Response.WriteAsJsonAsync(RequestView.Of(row), RouterJson.Default.RequestView, cancellationToken: context.RequestAborted);
    }

    private Task WithRequestAsync(HttpContext context, string id, Func<QueuedRequest, Task> write) => StorageGuard.RunAsync(context, async () =>
    {
        if (await FindAsync(context, id) is { } row)
            await write(row);
        else
            await ErrorWriter.WriteAsync(context, QueueErrors.NotFound);
    });

    private async Task<QueuedRequest?> FindAsync(HttpContext context, string id)
    {
        if (!RequestId.IsValid(id))
            return null;
        if (PreferHeader.Read(context.Request.Headers).Wait is not { } wait)
            return await requests.FindAsync(id, Caller.NameOf(context), context.RequestAborted);
        context.Response.Headers["Preference-Applied"] = $"wait={wait.TotalSeconds:0}";
        return await requests.WaitAsync(id, Caller.NameOf(context), wait < LongestPoll ? wait : LongestPoll, context.RequestAborted);
    }
}
