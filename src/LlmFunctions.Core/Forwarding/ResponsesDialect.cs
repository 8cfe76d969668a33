using System.Text.Json;

namespace LlmFunctions.Core.Forwarding;

/// <summary>The Responses API. Content is any <c>*.delta</c> or a terminal event. Source: OpenAI's API reference, "Streaming events".</summary>
internal sealed class ResponsesDialect : StreamDialect
{
    private long _sequence = -1;

    public override bool EndIsContent => true;

    // Its terminal event ends it.
    protected override bool MayEnd => false;

    public override byte[] ErrorEvent(string code, string message) => ErrorEvents.Responses(code, message, _sequence + 1);

    // {"type":"response.completed","response":{"model":"gpt-4o","usage":{"input_tokens":9,"output_tokens":12}}}
    protected override JsonElement AnswerIn(JsonElement data) => data.TryGetProperty("response"u8, out var response) ? response : default;

    protected override EventMeaning Read(JsonElement data)
    {
        if (data.TryGetProperty("sequence_number"u8, out var sequence) && sequence.TryGetInt64(out var number))
            _sequence = number;
        if (StoredId is null && data.TryGetProperty("response"u8, out var response) && HasText(response, "id"))
            StoredId = response.GetProperty("id"u8).GetString();
        if (!HasText(data, "type"))
            return HasValue(data, "error") ? EventMeaning.Error : EventMeaning.Nothing;
        if (IsType(data, "error"u8) || IsType(data, "response.failed"u8))
            return EventMeaning.Error;
        if (IsType(data, "response.completed"u8) || IsType(data, "response.incomplete"u8))
            return EventMeaning.End;
        return data.GetProperty("type"u8).GetString()!.EndsWith(".delta", StringComparison.Ordinal)
            ? EventMeaning.Content
            : EventMeaning.Nothing;
    }
}
