using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Routing;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Queue;

/// <summary>Tells the caller that its request is kept and where its answer will be.</summary>
internal static class AcceptedWriter
{
    private const string LookAgainAfter = "5";

    public static string LocationOf(QueuedRequest row) => $"/v1/requests/{row.Id}";

    public static Task WriteAsync(HttpContext context, RouterResult.Accepted accepted)
    {
        var row = accepted.Request;
        if (accepted.AppliedPreference is { } applied)
            context.Response.Headers["Preference-Applied"] = applied;
        if (!row.IsFinished)
            context.Response.Headers.RetryAfter = LookAgainAfter;
        if (row.IsBackgroundResponse)
            return BackgroundResponses.WriteAsync(context, row, accepted.Answer);

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = LocationOf(row);
        return context.Response.WriteAsJsonAsync(RequestView.Of(row), RouterJson.Plain.RequestView, cancellationToken: context.RequestAborted);
    }
}
