namespace LlmFunctions.Core.Catalog;

/// <summary>How an endpoint that is not running until it is needed is started and stopped.</summary>
public sealed record StandbyConfig
{
    public required HookConfig Start { get; init; }

    /// <summary>Null: once started it is never stopped.</summary>
    public HookConfig? Stop { get; init; }

    /// <summary>Time from the start within which it must be ready; default 5 min.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the better tiers must have been healthy before it is stopped; default 10 min.</summary>
    public TimeSpan StopAfter { get; init; } = TimeSpan.FromMinutes(10);
}
