using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>How a stream broke after its first content.</summary>
/// <param name="Kind">What health makes of it; null: nothing, and nobody else is asked.</param>
/// <param name="Code">For programs: <c>stream_cut</c>, <c>stream_stalled</c>, <c>stream_unfinished</c>, <c>stream_error</c>, <c>stream_differs</c>.</param>
/// <param name="Message">For people.</param>
internal sealed record StreamBreak(FailureKind? Kind, string Code, string Message)
{
    /// <summary>What the caller gets when nobody goes on: the endpoint's own error event, or an end. Empty: an error is to be made.</summary>
    public ReadOnlyMemory<byte> LastEvent { get; init; }

    /// <summary>Whether the last event is an end: all was said but something that was asked for beside it, such as usage.</summary>
    public bool IsEnd { get; init; }
}
