namespace LlmFunctions.Core.Health;

/// <summary>How it stands with whatever is asked before a standby, over all models that it serves: the worst of them counts.</summary>
internal enum BetterTiers
{
    /// <summary>Something better is healthy: the standby is not needed.</summary>
    Serving,

    /// <summary>Nothing better is healthy, but another standby is on its way.</summary>
    Coming,

    /// <summary>Nothing better is available: the standby is needed.</summary>
    Out,
}
