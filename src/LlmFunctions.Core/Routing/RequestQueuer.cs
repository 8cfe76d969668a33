using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Fallback;
using LlmFunctions.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Core.Routing;

/// <summary>Makes a request durable, then sends its message.</summary>
internal sealed partial class RequestQueuer(IRequestLedger ledger, IFallbackQueue queue, RoutingOptions options, TimeProvider time, ILogger<RequestQueuer> logger)
{
    /// <summary>Returns once the request is durable, though its message may be missing: the sweeper sends it then.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">Its model, which says how long it may wait.</param>
    /// <param name="delay">Until its first run.</param>
    /// <param name="isAsked">Whether its caller asked for that; else no deployment could serve it, which somebody should know.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    /// <exception cref="StorageUnavailableException">It is not durable; nothing was accepted.</exception>
    public async Task<QueuedRequest> QueueAsync(RouterRequest request, ModelConfig model, TimeSpan delay, bool isAsked, CancellationToken cancellationToken)
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
        RouterMetrics.Queued.Add(1, new KeyValuePair<string, object?>(RouterLabels.Model, model.Name));
        if (isAsked)
            LogQueuedAsAsked(row.Id, row.Model);
        else
            LogQueuedUnserved(row.Id, row.Model);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Request {Id} for {Model} was queued as its caller asked")]
    private partial void LogQueuedAsAsked(string id, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Id} for {Model} was queued: no deployment could serve it")]
    private partial void LogQueuedUnserved(string id, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The message of request {Id} was not sent, the sweeper will send it: {Reason}")]
    private partial void LogNotSent(string id, string reason);
}
