namespace LlmFunctions.Core.Forwarding;

/// <summary>When a request that waited may ask a deployment again that it asked before.</summary>
internal enum AskAgain
{
    /// <summary>Once it is available: it never saw the request, or asked for time.</summary>
    OnceAvailable,

    /// <summary>While attempts are left; without any, once its circuit has been open, or a while after the last attempt. It saw the request and
    /// failed it, which may be the request's own fault.</summary>
    OnceReturned,

    /// <summary>Not at all: it was silent past the limit, or would say the same.</summary>
    Never,
}
