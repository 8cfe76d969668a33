namespace LlmFunctions.Core.Health;

/// <summary>Where an endpoint is that is not always running.</summary>
public enum StandbyPhase
{
    /// <summary>Not to be counted on: it was never started, was stopped, or its last start failed.</summary>
    Stopped,

    /// <summary>One instance calls its start hook and asks it until it is ready.</summary>
    Starting,

    /// <summary>It takes requests as any other endpoint.</summary>
    Ready,

    /// <summary>It gets no new attempts; one instance calls its stop hook once those in flight have ended.</summary>
    Stopping,
}
