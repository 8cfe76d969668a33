namespace LlmFunctions.Simulator;

internal enum RequestEnd
{
    /// <summary>Answered normally and in full.</summary>
    Completed,

    /// <summary>The caller left.</summary>
    Aborted,

    /// <summary>An error, or an answer spoilt by a fault.</summary>
    Failed,
}
