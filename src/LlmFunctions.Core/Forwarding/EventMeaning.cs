namespace LlmFunctions.Core.Forwarding;

/// <summary>What one event of a stream means.</summary>
internal enum EventMeaning
{
    /// <summary>A comment, a ping, a role-only or empty delta.</summary>
    Nothing,

    /// <summary>Something the caller waits for.</summary>
    Content,

    /// <summary>The end as the API has it.</summary>
    End,

    /// <summary>An in-band error.</summary>
    Error,

    /// <summary>No JSON where JSON is due.</summary>
    Malformed,

    /// <summary>The end as the API has it, before all was said.</summary>
    UnfinishedEnd,
}
