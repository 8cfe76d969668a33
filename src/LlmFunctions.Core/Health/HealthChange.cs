namespace LlmFunctions.Core.Health;

/// <summary>What a report changed that other instances and the log should know.</summary>
[Flags]
internal enum HealthChange
{
    None = 0,
    Opened = 1,
    Closed = 2,
    Throttled = 4,
    Misconfigured = 8,
    Mended = 16,
    Draining = 32,

    /// <summary>Learnt from the shared table: nothing to publish.</summary>
    Learnt = 64,

    /// <summary>The trial was given back undecided, or left to callers.</summary>
    TrialFree = 128,

    /// <summary>Its endpoint, a standby, could not be started: for availability alone.</summary>
    StandbyFailed = 256,

    /// <summary>That is over: likewise.</summary>
    StandbySettled = 512,
}
