namespace LlmFunctions.Core.Tests.Selection;

/// <summary>Best first.</summary>
internal enum Condition
{
    Available,

    /// <summary>Available, but the request would not fit into what is left.</summary>
    Short,
    Draining,
    Throttled,
    Open,
}
