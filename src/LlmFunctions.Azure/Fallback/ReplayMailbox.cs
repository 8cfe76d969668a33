using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace LlmFunctions.Azure.Fallback;

/// <summary>The storage queue of the messages, as its sender and its receiver see it. The text is Base64, as the queue trigger
/// of Functions expects; we decode it ourselves, for the SDK throws a whole batch away when one message is no Base64.</summary>
internal sealed class ReplayMailbox
{
    private readonly QueueClient _queue;
    private readonly CreateOnce _creation;

    /// <param name="queue">Without an encoding of its own.</param>
    public ReplayMailbox(QueueClient queue)
    {
        _queue = queue;
        _creation = new(token => _queue.CreateIfNotExistsAsync(cancellationToken: token));
    }

    public Task SendAsync(string text, TimeSpan delay, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        return StorageCall.RunAsync("send the message of a queued request", async () =>
        {
            await _creation.EnsureAsync(cancellationToken);
            try
            {
                await _queue.SendMessageAsync(encoded, delay, timeToLive, cancellationToken);
            }
            // Somebody deleted the queue under us; the sweeper sends again what was in it.
            catch (RequestFailedException e) when (e.Status == 404)
            {
                _creation.Forget();
                await _creation.EnsureAsync(cancellationToken);
                await _queue.SendMessageAsync(encoded, delay, timeToLive, cancellationToken);
            }
        }, cancellationToken);
    }

    public Task<QueueMessage[]> ReceiveAsync(int most, TimeSpan visibility, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("receive messages of queued requests", async () =>
        {
            try
            {
                return (await _queue.ReceiveMessagesAsync(most, visibility, cancellationToken)).Value;
            }
            // It comes with the first message.
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return [];
            }
        }, cancellationToken);

    /// <summary>Null when the message is another's by now, or gone; else its new receipt.</summary>
    public Task<string?> TryHideAsync(string messageId, string receipt, TimeSpan visibility, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("keep a message of a queued request", async () =>
        {
            try
            {
                var updated = await _queue.UpdateMessageAsync(messageId, receipt, messageText: null as string, visibility, cancellationToken);
                return updated.Value.PopReceipt;
            }
            catch (RequestFailedException e) when (IsNotOurs(e))
            {
                return null;
            }
        }, cancellationToken);

    /// <summary>False when the message is another's by now, or gone.</summary>
    public Task<bool> TryDeleteAsync(string messageId, string receipt, CancellationToken cancellationToken) =>
        StorageCall.RunAsync("complete a message of a queued request", async () =>
        {
            try
            {
                await _queue.DeleteMessageAsync(messageId, receipt, cancellationToken);
                return true;
            }
            catch (RequestFailedException e) when (IsNotOurs(e))
            {
                return false;
            }
        }, cancellationToken);

    /// <summary>Null for what is no Base64 of UTF-8.</summary>
    public static string? TextOf(QueueMessage message)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(message.Body.ToString()));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsNotOurs(RequestFailedException exception) =>
        exception.Status == 404 || exception.ErrorCode == QueueErrorCode.PopReceiptMismatch;
}
