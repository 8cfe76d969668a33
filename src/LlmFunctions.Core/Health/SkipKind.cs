namespace LlmFunctions.Core.Health;

/// <summary>Why a deployment may not be chosen now.</summary>
public enum SkipKind
{
    CircuitOpen,

    /// <summary>Half-open, and the one trial is under way or reserved for the prober.</summary>
    TrialPending,

    /// <summary>The circuit just closed, and as many are in flight as its ramp allows.</summary>
    Ramping,
    Throttled,
    Misconfigured,
    Draining,
    Full,

    /// <summary>Its endpoint is a standby that is not running, or not ready yet.</summary>
    Standby,
}
