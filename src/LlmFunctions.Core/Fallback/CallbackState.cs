namespace LlmFunctions.Core.Fallback;

/// <summary>Whether the caller's callback was told.</summary>
public enum CallbackState
{
    /// <summary>None was asked for.</summary>
    None,

    /// <summary>To be delivered, perhaps not for the first time.</summary>
    Pending,

    Delivered,

    /// <summary>Given up.</summary>
    Failed,
}
