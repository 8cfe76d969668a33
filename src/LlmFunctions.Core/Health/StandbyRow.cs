namespace LlmFunctions.Core.Health;

/// <summary>What instances share about one endpoint that is not always running.</summary>
public sealed record StandbyRow
{
    // Failures of another outage say nothing about this one.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>The endpoint's name.</summary>
    public required string Endpoint { get; init; }

    public StandbyPhase Phase { get; init; }

    /// <summary>When the phase began.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Grows by one with every write.</summary>
    public long Version { get; init; }

    /// <summary>The instance that starts or stops it now.</summary>
    public string? Holder { get; init; }

    /// <summary>When another instance may take that over.</summary>
    public DateTimeOffset LeaseUntil { get; init; }

    /// <summary>When its start hook last succeeded; null: it was not called since the last stop.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Starts in a row that failed.</summary>
    public int Failures { get; init; }

    /// <summary>When the first of them failed; null: none did, or it has been ready or not needed since.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Until when no start is begun.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>Why the last start or stop failed; null once one succeeded.</summary>
    public string? LastError { get; init; }

    /// <summary>Since when it is not needed while it may be running.</summary>
    public DateTimeOffset? IdleSince { get; init; }

    /// <summary>Until when another instance wants the stop to wait for what it has in flight.</summary>
    public DateTimeOffset HeldUntil { get; init; }

    /// <summary>Opaque; null for a row that is not stored yet.</summary>
    public string? ETag { get; init; }

    /// <summary>Failures that still count.</summary>
    internal int FailuresAt(DateTimeOffset now) => Phase == StandbyPhase.Stopped && now > NotBefore + Memory ? 0 : Failures;

    /// <summary>The same endpoint in another phase, with nobody at work on it.</summary>
    internal StandbyRow Enter(StandbyPhase phase, DateTimeOffset now) =>
        this with { Phase = phase, Since = now, Holder = null, LeaseUntil = default, IdleSince = null, HeldUntil = default };
}
