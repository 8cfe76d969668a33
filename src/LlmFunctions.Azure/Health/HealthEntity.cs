using Azure;
using Azure.Data.Tables;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Health;

namespace LlmFunctions.Azure.Health;

/// <summary>A health row as the table holds it. The columns have the names of <see cref="HealthRow"/>'s members; the names
/// of model and endpoint are columns too, for the key is not meant to be read back.</summary>
internal static class HealthEntity
{
    public const string Partition = "health";

    public const string KeyPrefix = "d.";

    public static string KeyOf(DeploymentId id) => $"{KeyPrefix}{TableKey.Encode(id.ToString())}";

    public static TableEntity From(HealthRow row) => new(Partition, KeyOf(row.Id))
    {
        ["Model"] = row.Id.Model,
        ["Endpoint"] = row.Id.Endpoint,
        [nameof(row.Generation)] = row.Generation,
        [nameof(row.OpenUntil)] = row.OpenUntil,
        [nameof(row.Breaks)] = row.Breaks,
        [nameof(row.LastFailure)] = row.LastFailure?.ToString(),
        [nameof(row.OpenedByProbe)] = row.OpenedByProbe,
        [nameof(row.ClosedAt)] = row.ClosedAt,
        [nameof(row.TrialId)] = row.TrialId,
        [nameof(row.TrialUntil)] = row.TrialUntil,
        [nameof(row.IsTrialLeftToCallers)] = row.IsTrialLeftToCallers,
        [nameof(row.IsLastResortTaken)] = row.IsLastResortTaken,
        [nameof(row.ThrottledUntil)] = row.ThrottledUntil,
        [nameof(row.MisconfiguredUntil)] = row.MisconfiguredUntil,
        [nameof(row.MisconfiguredReason)] = row.MisconfiguredReason,
        [nameof(row.Draining)] = row.Draining,
        [nameof(row.LastSuccess)] = row.LastSuccess,
    };

    public static HealthRow ToRow(TableEntity entity) => new()
    {
        Id = new(entity.GetString("Model"), entity.GetString("Endpoint")),
        Generation = entity.GetInt64(nameof(HealthRow.Generation)) ?? 0,
        OpenUntil = entity.GetDateTimeOffset(nameof(HealthRow.OpenUntil)),
        Breaks = entity.GetInt32(nameof(HealthRow.Breaks)) ?? 0,
        LastFailure = Enum.TryParse<FailureKind>(entity.GetString(nameof(HealthRow.LastFailure)), out var kind) ? kind : null,
        OpenedByProbe = entity.GetBoolean(nameof(HealthRow.OpenedByProbe)) ?? false,
        ClosedAt = entity.GetDateTimeOffset(nameof(HealthRow.ClosedAt)),
        TrialId = entity.GetGuid(nameof(HealthRow.TrialId)),
        TrialUntil = entity.GetDateTimeOffset(nameof(HealthRow.TrialUntil)),
        IsTrialLeftToCallers = entity.GetBoolean(nameof(HealthRow.IsTrialLeftToCallers)) ?? false,
        IsLastResortTaken = entity.GetBoolean(nameof(HealthRow.IsLastResortTaken)) ?? false,
        ThrottledUntil = entity.GetDateTimeOffset(nameof(HealthRow.ThrottledUntil)),
        MisconfiguredUntil = entity.GetDateTimeOffset(nameof(HealthRow.MisconfiguredUntil)),
        MisconfiguredReason = entity.GetString(nameof(HealthRow.MisconfiguredReason)),
        Draining = entity.GetBoolean(nameof(HealthRow.Draining)) ?? false,
        LastSuccess = entity.GetDateTimeOffset(nameof(HealthRow.LastSuccess)),
        ETag = entity.ETag.ToString(),
    };

    /// <summary>Inserts a row that is not stored yet, else replaces the one that its ETag names.</summary>
    public static TableTransactionAction ToAction(HealthRow row) => row.ETag is { } etag
        ? new(TableTransactionActionType.UpdateReplace, From(row), new ETag(etag))
        : new(TableTransactionActionType.Add, From(row));
}
