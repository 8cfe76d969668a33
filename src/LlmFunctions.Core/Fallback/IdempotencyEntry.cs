namespace LlmFunctions.Core.Fallback;

/// <summary>What is known about one <c>Idempotency-Key</c> of one owner.</summary>
public sealed record IdempotencyEntry
{
    public required string Owner { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of method, path, query and body, lower-case hexadecimal: another body under the same key is refused.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The request that holds the key.</summary>
    public required string RequestId { get; init; }

    /// <summary>Whether the request's answer is stored, or the request itself is in the ledger.</summary>
    public bool IsDone { get; init; }

    /// <summary>Whether the request went to the fallback queue: its answer is found through the ledger.</summary>
    public bool IsQueued { get; init; }

    /// <summary>While not done: from then on its runner counts as dead, or gave the key back, and a twin may take over.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }

    /// <summary>From then on the key is free again.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Opaque; null for an entry that is not stored yet.</summary>
    public string? ETag { get; init; }
}
