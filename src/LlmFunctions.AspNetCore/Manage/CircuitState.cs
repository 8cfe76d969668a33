namespace LlmFunctions.AspNetCore.Manage;

/// <summary>What a circuit does with requests.</summary>
internal enum CircuitState
{
    /// <summary>Lets them through.</summary>
    Closed,

    /// <summary>Keeps them away.</summary>
    Open,

    /// <summary>The break is over: one trial decides.</summary>
    HalfOpen,
}
