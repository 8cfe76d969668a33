namespace LlmFunctions.Simulator;

/// <summary>Where in a stream an event belongs.</summary>
internal enum SsePart
{
    /// <summary>Before any content: the role, message_start.</summary>
    Opening,

    /// <summary>One token of content.</summary>
    Token,

    /// <summary>After the content: finish_reason, usage.</summary>
    Closing,

    /// <summary>The end itself: [DONE], message_stop, response.completed.</summary>
    Terminal,
}
