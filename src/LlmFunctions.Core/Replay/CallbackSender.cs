using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Replay;

/// <summary>Tells a caller that its queued request is done, at least once. Headers and signature follow Standard Webhooks 1.0
/// (github.com/standard-webhooks).</summary>
internal sealed partial class CallbackSender(
    IRequestLedger ledger, CallbackConnections connections, CallbackOptions options, CallbackSecret secret, TimeProvider time, ILogger<CallbackSender> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(2);

    /// <summary>Sends the callback if one is due, and writes down how that went. Returns the row as it is then.</summary>
    public async Task<QueuedRequest> TellAsync(QueuedRequest row)
    {
        if (row.CallbackState != CallbackState.Pending || row.Callback is null)
            return row;

        var isDelivered = await TrySendAsync(row);
        var attempts = row.CallbackAttempts + 1;
        var told = row with
        {
            CallbackAttempts = attempts,
            CallbackState = isDelivered ? CallbackState.Delivered : attempts >= options.MaxAttempts ? CallbackState.Failed : CallbackState.Pending,
            DueAt = time.GetUtcNow() + (isDelivered ? TimeSpan.Zero : PauseOf(attempts)),
        };
        return await ledger.TryUpdateAsync(told, CancellationToken.None) ?? row;
    }

    private async Task<bool> TrySendAsync(QueuedRequest row)
    {
        if (secret.Find(options) is not { } key)
        {
            LogFailed(row.Id, "the signing secret is missing");
            return false;
        }

        using var limit = new CancellationTokenSource(options.Limit, time);
        try
        {
            using var message = CreateMessage(row, key);
            using var response = await connections.Invoker.SendAsync(message, limit.Token);
            if (response.IsSuccessStatusCode)
                return true;
            LogFailed(row.Id, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            LogFailed(row.Id, e.Message);
        }

        return false;
    }

    private HttpRequestMessage CreateMessage(QueuedRequest row, byte[] key)
    {
        var name = row.State.ToString().ToLowerInvariant();
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new CallbackMessage($"request.{name}", row.FinishedAt ?? time.GetUtcNow(), new(row.Id, name, row.AnswerStatus)), ReplayJson.Default.CallbackMessage);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var message = new HttpRequestMessage(HttpMethod.Post, row.Callback)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        message.Headers.Add("webhook-id", row.Id);
        message.Headers.Add("webhook-timestamp", timestamp);
        message.Headers.Add("webhook-signature", Sign(key, row.Id, timestamp, body));
        return message;
    }

    // v1,base64(HMAC-SHA256(key, "{id}.{timestamp}.{body}"))
    private static string Sign(byte[] key, string id, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
    }

    private static TimeSpan PauseOf(int attempts)
    {
        var pause = FirstPause * Math.Pow(3, Math.Min(attempts - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The callback of request {Id} was not taken: {Reason}")]
    private partial void LogFailed(string id, string reason);
}
