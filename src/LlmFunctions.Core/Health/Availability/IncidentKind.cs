namespace LlmFunctions.Core.Health.Availability;

/// <summary>Why a deployment was out for a while.</summary>
public enum IncidentKind
{
    /// <summary>Its circuit was open: it failed.</summary>
    Circuit,

    /// <summary>Its key, name or credit was wrong.</summary>
    Misconfigured,

    /// <summary>An operator had taken it out: counts neither as up nor as down.</summary>
    Draining,

    /// <summary>Its endpoint, a standby, could not be started while it was needed.</summary>
    StandbyFailed,
}
