namespace LlmFunctions.Core.Replay;

/// <summary>What a callback says; the answer itself is fetched by its caller.</summary>
/// <param name="Type">Such as <c>request.succeeded</c>.</param>
/// <param name="Timestamp">When the request was done.</param>
/// <param name="Data">Which request.</param>
internal sealed record CallbackMessage(string Type, DateTimeOffset Timestamp, CallbackMessage.Request Data)
{
    internal sealed record Request(string Id, string Status, int? AnswerStatus);
}
