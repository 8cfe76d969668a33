using LlmFunctions.AspNetCore.Responses;
using LlmFunctions.Core;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Queue;

/// <summary>Turns a storage that does not answer into a 503 that says so.</summary>
internal static class StorageGuard
{
    public static async Task RunAsync(HttpContext context, Func<Task> operation)
    {
        try
        {
            await operation();
        }
        catch (StorageUnavailableException e) when (!context.Response.HasStarted)
        {
            await ErrorWriter.WriteAsync(context, QueueErrors.Unavailable(e));
        }
    }
}
