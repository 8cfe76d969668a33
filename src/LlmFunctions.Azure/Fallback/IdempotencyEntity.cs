using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Azure.Fallback;

/// <summary>An idempotency key as the table holds it. Owner and key may be any text, so the table's own keys are their hashes.</summary>
internal static class IdempotencyEntity
{
    private const int PartitionLength = 32;

    public static string PartitionOf(string owner) => HashOf(owner)[..PartitionLength];

    public static string RowOf(string key) => HashOf(key);

    public static TableEntity From(IdempotencyEntry entry) => new(PartitionOf(entry.Owner), RowOf(entry.Key))
    {
        [nameof(entry.Owner)] = entry.Owner,
        [nameof(entry.Key)] = entry.Key,
        [nameof(entry.Fingerprint)] = entry.Fingerprint,
        [nameof(entry.RequestId)] = entry.RequestId,
        [nameof(entry.IsDone)] = entry.IsDone,
        [nameof(entry.IsQueued)] = entry.IsQueued,
        [nameof(entry.LeaseUntil)] = entry.LeaseUntil,
        [nameof(entry.ExpiresAt)] = entry.ExpiresAt,
    };

    public static IdempotencyEntry ToEntry(TableEntity entity) => new()
    {
        Owner = entity.GetString(nameof(IdempotencyEntry.Owner)),
        Key = entity.GetString(nameof(IdempotencyEntry.Key)),
        Fingerprint = entity.GetString(nameof(IdempotencyEntry.Fingerprint)),
        RequestId = entity.GetString(nameof(IdempotencyEntry.RequestId)),
        IsDone = entity.GetBoolean(nameof(IdempotencyEntry.IsDone)) ?? false,
        IsQueued = entity.GetBoolean(nameof(IdempotencyEntry.IsQueued)) ?? false,
        LeaseUntil = entity.GetDateTimeOffset(nameof(IdempotencyEntry.LeaseUntil)) ?? default,
        ExpiresAt = entity.GetDateTimeOffset(nameof(IdempotencyEntry.ExpiresAt)) ?? default,
        ETag = entity.ETag.ToString(),
    };

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
