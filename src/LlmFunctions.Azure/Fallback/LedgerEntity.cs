using Azure.Data.Tables;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Azure.Fallback;

/// <summary>A queued request as the table holds it: a partition of its own, so that requests spread over all of the table's
/// servers. The columns have the names of <see cref="QueuedRequest"/>'s members.</summary>
internal static class LedgerEntity
{
    public const string RowKey = "request";

    private const int MostReason = 8 * 1024;

    public static TableEntity From(QueuedRequest row)
    {
        var entity = new TableEntity(row.Id, RowKey)
        {
            [nameof(row.Owner)] = row.Owner,
            [nameof(row.Model)] = row.Model,
            [nameof(row.Method)] = row.Method,
            [nameof(row.Path)] = row.Path,
            [nameof(row.Query)] = row.Query,
            [nameof(row.ContentType)] = row.ContentType,
            [nameof(row.IsBackgroundResponse)] = row.IsBackgroundResponse,
            [nameof(row.State)] = row.State.ToString(),
            [nameof(row.CreatedAt)] = row.CreatedAt,
            [nameof(row.ExpiresAt)] = row.ExpiresAt,
            [nameof(row.FinishedAt)] = row.FinishedAt,
            [nameof(row.DueAt)] = row.DueAt,
            [nameof(row.MessageNumber)] = row.MessageNumber,
            [nameof(row.Resent)] = row.Resent,
            [nameof(row.Postponed)] = row.Postponed,
            [nameof(row.Failures)] = row.Failures,
            [nameof(row.LeaseNumber)] = row.LeaseNumber,
            [nameof(row.LeaseUntil)] = row.LeaseUntil,
            [nameof(row.AnswerLease)] = row.AnswerLease,
            [nameof(row.AnswerStatus)] = row.AnswerStatus,
            [nameof(row.Reason)] = row.Reason is { Length: > MostReason } reason ? reason[..MostReason] : row.Reason,
            [nameof(row.Callback)] = row.Callback?.OriginalString,
            [nameof(row.CallbackState)] = row.CallbackState.ToString(),
            [nameof(row.CallbackAttempts)] = row.CallbackAttempts,
        };
        // Both hosts bound the headers of a request far below what fits.
        if (!WideText.TryWrite(entity, nameof(row.Headers), HeaderJson.Write(row.Headers)))
            throw new ArgumentException($"The headers of request {row.Id} are larger than a row of the ledger.", nameof(row));
        // A decision only explains: the request matters more.
        if (row.Decision is not null)
            _ = WideText.TryWrite(entity, nameof(row.Decision), row.Decision);
        return entity;
    }

    public static QueuedRequest ToRow(TableEntity entity) => new()
    {
        Id = entity.PartitionKey,
        Owner = entity.GetString(nameof(QueuedRequest.Owner)),
        Model = entity.GetString(nameof(QueuedRequest.Model)),
        Method = entity.GetString(nameof(QueuedRequest.Method)),
        Path = entity.GetString(nameof(QueuedRequest.Path)),
        Query = entity.GetString(nameof(QueuedRequest.Query)),
        Headers = HeaderJson.Read(WideText.Read(entity, nameof(QueuedRequest.Headers))),
        ContentType = entity.GetString(nameof(QueuedRequest.ContentType)),
        IsBackgroundResponse = entity.GetBoolean(nameof(QueuedRequest.IsBackgroundResponse)) ?? false,
        State = Enum.Parse<RequestState>(entity.GetString(nameof(QueuedRequest.State))),
        CreatedAt = TimeOf(entity, nameof(QueuedRequest.CreatedAt)),
        ExpiresAt = TimeOf(entity, nameof(QueuedRequest.ExpiresAt)),
        FinishedAt = entity.GetDateTimeOffset(nameof(QueuedRequest.FinishedAt)),
        DueAt = TimeOf(entity, nameof(QueuedRequest.DueAt)),
        MessageNumber = entity.GetInt32(nameof(QueuedRequest.MessageNumber)) ?? 0,
        Resent = entity.GetInt32(nameof(QueuedRequest.Resent)) ?? 0,
        Postponed = entity.GetInt32(nameof(QueuedRequest.Postponed)) ?? 0,
        Failures = entity.GetInt32(nameof(QueuedRequest.Failures)) ?? 0,
        LeaseNumber = entity.GetInt32(nameof(QueuedRequest.LeaseNumber)) ?? 0,
        LeaseUntil = entity.GetDateTimeOffset(nameof(QueuedRequest.LeaseUntil)),
        AnswerLease = entity.GetInt32(nameof(QueuedRequest.AnswerLease)),
        AnswerStatus = entity.GetInt32(nameof(QueuedRequest.AnswerStatus)),
        Reason = entity.GetString(nameof(QueuedRequest.Reason)),
        Decision = WideText.Read(entity, nameof(QueuedRequest.Decision)),
        Callback = entity.GetString(nameof(QueuedRequest.Callback)) is { } address ? new Uri(address) : null,
        CallbackState = Enum.Parse<CallbackState>(entity.GetString(nameof(QueuedRequest.CallbackState))),
        CallbackAttempts = entity.GetInt32(nameof(QueuedRequest.CallbackAttempts)) ?? 0,
        ETag = entity.ETag.ToString(),
    };

    private static DateTimeOffset TimeOf(TableEntity entity, string name) =>
        entity.GetDateTimeOffset(name) ?? throw new InvalidDataException($"The ledger's row of {entity.PartitionKey} has no {name}.");
}
