using System.Text.Json;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Anthropic's Messages API. Content is a <c>content_block_delta</c> or a <c>stop_reason</c>. Source: Anthropic's docs,
/// "Streaming Messages".</summary>
internal sealed class MessagesDialect : StreamDialect
{
    private static readonly byte[] Stop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"u8.ToArray();
    private bool _isFinished;

    public override bool IsFinished => _isFinished;

    public override ReadOnlyMemory<byte> MissingEnd => _isFinished ? Stop : default;

    protected override bool MayEnd => _isFinished;

    public override byte[] ErrorEvent(string code, string message) => ErrorEvents.Messages(message);

    // {"type":"message_start","message":{"model":"claude","usage":{"input_tokens":9,"output_tokens":1}}}, then
    // {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":12}}
    protected override JsonElement AnswerIn(JsonElement data) => data.TryGetProperty("message"u8, out var message) ? message : data;

    protected override EventMeaning Read(JsonElement data)
    {
        if (IsType(data, "error"u8) || (!HasText(data, "type") && HasValue(data, "error")))
            return EventMeaning.Error;
        if (IsType(data, "message_stop"u8))
            return _isFinished ? EventMeaning.End : EventMeaning.UnfinishedEnd;
        if (IsType(data, "content_block_delta"u8))
            return EventMeaning.Content;
        if (!IsType(data, "message_delta"u8) || !data.TryGetProperty("delta"u8, out var delta) || !HasText(delta, "stop_reason"))
            return EventMeaning.Nothing;
        _isFinished = true;
        return EventMeaning.Content;
    }
}
