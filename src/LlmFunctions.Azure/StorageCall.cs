using System.Net.Sockets;
using Azure;
using Azure.Identity;
using LlmFunctions.Core;

namespace LlmFunctions.Azure;

/// <summary>One exchange with storage. What says nothing about the request itself becomes a
/// <see cref="StorageUnavailableException"/>; answers such as 404, 409 and 412 stay what they are, and so does the caller's
/// own cancellation.</summary>
internal static class StorageCall
{
    // Conflicts that end by themselves, unlike those between two writers.
    private static readonly string[] Passing = ["TableBeingDeleted", "ContainerBeingDeleted", "QueueBeingDeleted"];

    /// <param name="operation">Completes "Storage could not …", such as <c>read the catalog's head</c>.</param>
    public static async Task<T> RunAsync<T>(string operation, Func<Task<T>> exchange, CancellationToken cancellationToken)
    {
        try
        {
            return await exchange();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && ReasonOf(e) is { } reason)
        {
            throw new StorageUnavailableException($"Storage could not {operation}: {reason}.", e);
        }
    }

    public static Task RunAsync(string operation, Func<Task> exchange, CancellationToken cancellationToken) =>
        RunAsync(operation, async () => { await exchange(); return true; }, cancellationToken);

    // The SDK's own messages hold headers over many lines; the first line says enough.
    private static string? ReasonOf(Exception exception) => exception switch
    {
        RequestFailedException { Status: 0 } e => FirstLine(e),
        RequestFailedException { Status: >= 500 or 401 or 403 or 408 or 429 } e => $"{e.Status} {e.ErrorCode}".TrimEnd(),
        RequestFailedException { Status: 409 } e when Passing.Contains(e.ErrorCode) => $"409 {e.ErrorCode}",
        AuthenticationFailedException e => FirstLine(e),
        // Not the caller's token, so the SDK's own network timeout.
        OperationCanceledException => "no answer in time",
        IOException or HttpRequestException or SocketException or TimeoutException => FirstLine(exception),
        _ => null,
    };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].TrimEnd('\r', '.', ' ');
}
