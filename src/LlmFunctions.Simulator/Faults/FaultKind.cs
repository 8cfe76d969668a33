namespace LlmFunctions.Simulator;

/// <summary>What goes wrong. In JSON the names are in kebab case: <c>slow-first-token</c>.</summary>
public enum FaultKind
{
    /// <summary>Stop listening, and drop what is connected, until cleared or expired.</summary>
    Refuse,

    /// <summary>TCP RST before any header.</summary>
    Reset,

    /// <summary>Never answer.</summary>
    Hang,

    /// <summary>Wait <see cref="Fault.Delay"/> before the first content; a stream shows signs of life meanwhile.</summary>
    SlowFirstToken,

    /// <summary>Answer <see cref="Fault.Status"/> in the API's error shape.</summary>
    Status,

    /// <summary>429 unless <see cref="Fault.Status"/> says otherwise; the wait is in <see cref="Fault.Headers"/>.</summary>
    Throttle,

    /// <summary>200 with an error inside, after <see cref="Fault.AfterTokens"/>; with 0 it is the first event.</summary>
    ErrorEvent,

    /// <summary>Close the connection after <see cref="Fault.AfterTokens"/>, in the middle of the body.</summary>
    Cut,

    /// <summary>Fall silent after <see cref="Fault.AfterTokens"/>.</summary>
    Stall,

    /// <summary>Send a chunk that is no JSON after <see cref="Fault.AfterTokens"/>, then go on.</summary>
    MalformedChunk,

    /// <summary>End cleanly without <c>[DONE]</c>, <c>message_stop</c> or <c>response.completed</c>.</summary>
    NoDone,

    /// <summary>200 with a truncated body, or <see cref="Fault.Body"/>; streamed: the first event is garbage.</summary>
    WrongJson,

    /// <summary>200 with no body at all.</summary>
    EmptyBody,

    /// <summary>400: the prompt is too long for the model.</summary>
    ContextLength,

    /// <summary>400: the content filter; <see cref="Fault.Code"/> content_policy_violation for the other form.</summary>
    ContentFilter,
}
