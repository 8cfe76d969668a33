using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Routing;

/// <summary>Makes a request durable, then sends its message.</summary>
internal sealed partial class RequestQueuer(IRequestLedger ledger, IFallbackQueue queue, RoutingOptions options, TimeProvider time, ILogger<RequestQueuer> logger)
{
    /// <summary>Returns once the request is durable, though its message may be missing: the sweeper sends it then.</summary>
    /// <exception cref="StorageUnavailableException">It is not durable; nothing was accepted.</exception>
    public async Task<QueuedRequest> QueueAsync(RouterRequest request, ModelConfig model, TimeSpan delay, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = await ledger.AddAsync(
            new QueuedRequest
            {
                Id = request.Id,
                Owner = request.Owner,
                Model = request.Call.Model,
                Method = request.Call.Method.Method,
                Path = request.Path,
                Query = request.Call.Query,
                Headers = request.Call.Headers,
                ContentType = request.Call.Body.ContentType,
                IsBackgroundResponse = request.Call.Body.IsBackground,
                CreatedAt = now,
                ExpiresAt = now + model.TimeToLive,
                DueAt = now + delay + options.MessageGrace,
                MessageNumber = 1,
                Callback = request.Callback,
                CallbackState = request.Callback is null ? CallbackState.None : CallbackState.Pending,
            },
            request.Call.Body.Bytes,
            cancellationToken);
        LogQueued(row.Id, row.Model);
        await SendAsync(row, delay, model.TimeToLive);
        return row;
    }

    // Takes no token: the request is accepted already, so its caller may leave but not take it back.
    private async Task SendAsync(QueuedRequest row, TimeSpan delay, TimeSpan timeToLive)
    {
        try
        {
            await queue.EnqueueAsync(row.Id, row.MessageNumber, delay, timeToLive, CancellationToken.None);
        }
        catch (QueueUnavailableException e)
        {
            LogNotSent(row.Id, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Id} for {Model} was queued")]
    private partial void LogQueued(string id, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The message of request {Id} was not sent, the sweeper will send it: {Reason}")]
    private partial void LogNotSent(string id, string reason);
}
