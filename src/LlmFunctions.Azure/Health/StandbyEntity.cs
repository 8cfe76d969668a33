using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Azure.Health;

/// <summary>The row of an endpoint that is not always running, in the partition of the shared health. The columns have the names
/// of <see cref="StandbyRow"/>'s members; a time that was never set has no column.</summary>
internal static class StandbyEntity
{
    public const string KeyPrefix = "s.";

    public static string KeyOf(string endpoint) => $"{KeyPrefix}{TableKey.Encode(endpoint)}";

    public static TableEntity From(StandbyRow row) => new(HealthEntity.Partition, KeyOf(row.Endpoint))
    {
        [nameof(row.Endpoint)] = row.Endpoint,
        [nameof(row.Phase)] = row.Phase.ToString(),
        [nameof(row.Since)] = Given(row.Since),
        [nameof(row.Version)] = row.Version,
        [nameof(row.Holder)] = row.Holder,
        [nameof(row.LeaseUntil)] = Given(row.LeaseUntil),
        [nameof(row.StartedAt)] = row.StartedAt,
        [nameof(row.Failures)] = row.Failures,
        [nameof(row.FailingSince)] = row.FailingSince,
        [nameof(row.NotBefore)] = Given(row.NotBefore),
        [nameof(row.LastError)] = row.LastError,
        [nameof(row.IdleSince)] = row.IdleSince,
        [nameof(row.HeldUntil)] = Given(row.HeldUntil),
    };

    public static StandbyRow ToRow(TableEntity entity) => new()
    {
        Endpoint = entity.GetString(nameof(StandbyRow.Endpoint)),
        Phase = Enum.TryParse<StandbyPhase>(entity.GetString(nameof(StandbyRow.Phase)), out var phase) ? phase : StandbyPhase.Stopped,
        Since = entity.GetDateTimeOffset(nameof(StandbyRow.Since)) ?? default,
        Version = entity.GetInt64(nameof(StandbyRow.Version)) ?? 0,
        Holder = entity.GetString(nameof(StandbyRow.Holder)),
        LeaseUntil = entity.GetDateTimeOffset(nameof(StandbyRow.LeaseUntil)) ?? default,
        StartedAt = entity.GetDateTimeOffset(nameof(StandbyRow.StartedAt)),
        Failures = entity.GetInt32(nameof(StandbyRow.Failures)) ?? 0,
        FailingSince = entity.GetDateTimeOffset(nameof(StandbyRow.FailingSince)),
        NotBefore = entity.GetDateTimeOffset(nameof(StandbyRow.NotBefore)) ?? default,
        LastError = entity.GetString(nameof(StandbyRow.LastError)),
        IdleSince = entity.GetDateTimeOffset(nameof(StandbyRow.IdleSince)),
        HeldUntil = entity.GetDateTimeOffset(nameof(StandbyRow.HeldUntil)) ?? default,
        ETag = entity.ETag.ToString(),
    };

    /// <summary>Inserts a row that is not stored yet, else replaces the one that its ETag names.</summary>
    public static TableTransactionAction ToAction(StandbyRow row) => row.ETag is { } etag
        ? new(TableTransactionActionType.UpdateReplace, From(row), new ETag(etag))
        : new(TableTransactionActionType.Add, From(row));

    // The table knows no time before 1601.
    private static DateTimeOffset? Given(DateTimeOffset time) => time == default ? null : time;
}
