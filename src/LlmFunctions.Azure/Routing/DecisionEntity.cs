using Azure.Data.Tables;
using LlmFunctions.Azure.Fallback;
using LlmFunctions.Core.Routing;

namespace LlmFunctions.Azure.Routing;

/// <summary>A decision as the table holds it, in one of 16 partitions by the last digit of the request's id, which is random.</summary>
internal static class DecisionEntity
{
    public static string PartitionOf(string requestId) => requestId[^1..];

    /// <summary>Null when it is larger than a row can be.</summary>
    public static TableEntity? TryCreate(KeptDecision decision)
    {
        var entity = new TableEntity(PartitionOf(decision.RequestId), decision.RequestId) { [nameof(decision.Owner)] = decision.Owner };
        return WideText.TryWrite(entity, nameof(decision.Json), decision.Json) ? entity : null;
    }

    public static KeptDecision? ToDecision(TableEntity entity) =>
        WideText.Read(entity, nameof(KeptDecision.Json)) is { } json ? new(entity.RowKey, entity.GetString(nameof(KeptDecision.Owner)), json) : null;
}
