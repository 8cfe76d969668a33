using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Health;

/// <summary>What instances share about one deployment.</summary>
public sealed record HealthRow
{
    public required DeploymentId Id { get; init; }

    /// <summary>Grows by one whenever a circuit opens or closes; results of an older generation are ignored.</summary>
    public long Generation { get; init; }

    /// <summary>When an open circuit becomes half-open; null: closed.</summary>
    public DateTimeOffset? OpenUntil { get; init; }

    /// <summary>Breaks in a row; the next lasts 5 s doubling to 10 s.</summary>
    public int Breaks { get; init; }

    /// <summary>How the attempt that opened the circuit failed.</summary>
    public FailureKind? LastFailure { get; init; }

    /// <summary>Whether probes, not completions, opened it.</summary>
    public bool OpenedByProbe { get; init; }

    /// <summary>When the circuit last closed; the ramp counts from there.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The one trial under way; null: none.</summary>
    public Guid? TrialId { get; init; }

    /// <summary>When the lease of the trial ends: its limit and 5 s. An expired one is free.</summary>
    public DateTimeOffset? TrialUntil { get; init; }

    /// <summary>Whether callers may take the trial of this break though it was the prober's.</summary>
    public bool IsTrialLeftToCallers { get; init; }

    /// <summary>Whether this break's one attempt of last resort was made.</summary>
    public bool IsLastResortTaken { get; init; }

    public DateTimeOffset? ThrottledUntil { get; init; }

    public DateTimeOffset? MisconfiguredUntil { get; init; }

    public string? MisconfiguredReason { get; init; }

    /// <summary>Set by an operator: takes no new attempts.</summary>
    public bool Draining { get; init; }

    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Opaque; null for a row that is not stored yet.</summary>
    public string? ETag { get; init; }
}
