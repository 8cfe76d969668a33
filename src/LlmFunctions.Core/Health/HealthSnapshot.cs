namespace LlmFunctions.Core.Health;

/// <summary>All rows of the shared table, with the epoch read before them.</summary>
public sealed record HealthSnapshot(string? Epoch, IReadOnlyList<HealthRow> Rows)
{
    /// <summary>The rows of endpoints that are not always running.</summary>
    public IReadOnlyList<StandbyRow> Standbys { get; init; } = [];
}
