using LlmFunctions.AspNetCore.Queue;
using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Replay;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Manage;

/// <summary><c>/manage/dead-letters</c>: list, show, replay, discard.</summary>
internal sealed class DeadLetterCalls(DeadLetters letters)
{
    private const int Most = 200;

    public Task ListAsync(HttpContext context) => StorageGuard.RunAsync(context, async () =>
    {
        var views = (await letters.ListAsync(Most, context.RequestAborted)).Select(RequestView.Of).ToArray();
        await context.Response.WriteAsJsonAsync(views, RouterJson.Plain.RequestViewArray, cancellationToken: context.RequestAborted);
    });

    public Task ShowAsync(HttpContext context, string id) => StorageGuard.RunAsync(context, async () =>
    {
        if (await letters.FindAsync(id, context.RequestAborted) is { } letter)
            await context.Response.WriteAsJsonAsync(RequestView.Of(letter), RouterJson.Plain.RequestView, cancellationToken: context.RequestAborted);
        else
            await ErrorWriter.WriteAsync(context, QueueErrors.NotFound);
    });

    public Task ReplayAsync(HttpContext context, string id) => StorageGuard.RunAsync(context, async () =>
        await AnswerAsync(context, await letters.ReplayAsync(id, context.RequestAborted), StatusCodes.Status202Accepted));

    public Task DiscardAsync(HttpContext context, string id) => StorageGuard.RunAsync(context, async () =>
        await AnswerAsync(context, await letters.DiscardAsync(id, context.RequestAborted), StatusCodes.Status204NoContent));

    private static Task AnswerAsync(HttpContext context, bool isDone, int status)
    {
        if (!isDone)
            return ErrorWriter.WriteAsync(context, QueueErrors.NotFound);
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
