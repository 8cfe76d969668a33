using System.Text.Json;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding.Splicing;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Understands the events of one stream of one API. Not thread-safe; one per stream.</summary>
internal abstract class StreamDialect
{
    /// <summary>Whether all is said, though the end itself may still be missing.</summary>
    public virtual bool IsFinished => false;

    /// <summary>Whether the event that ends the stream is an answer by itself.</summary>
    public virtual bool EndIsContent => false;

    /// <summary>Whether the stream may end with its connection.</summary>
    public virtual bool MayEndSilently => false;

    /// <summary>The end to add when a finished stream lacks it; empty when none can be made.</summary>
    public virtual ReadOnlyMemory<byte> MissingEnd => default;

    /// <summary>Whether the API's end would be a sound one now.</summary>
    protected virtual bool MayEnd => true;

    /// <summary>The id of the answer that the endpoint keeps, once an event named it.</summary>
    public string? StoredId { get; protected set; }

    /// <summary>What goes to the caller as it came, where another deployment may go on with it; else null.</summary>
    public StreamTranscript? Transcript { get; private init; }

    /// <summary>Told of what comes; null: nobody listens.</summary>
    public AttemptObservation? Observation { get; set; }

    public static StreamDialect For(ModelRequest request)
    {
        var isFirst = request is { Stream: StreamMode.Splice, Delivered: null };
        return request.Path.Operation switch
        {
            ApiOperation.ChatCompletions or ApiOperation.Completions => Chat(request, isFirst),
            ApiOperation.Responses => new ResponsesDialect() { Transcript = isFirst ? new ResponsesTranscript() : null },
            ApiOperation.Messages => new MessagesDialect() { Transcript = isFirst ? new MessagesTranscript() : null },
            _ => new PlainDialect(),
        };
    }

    private static ChatDialect Chat(ModelRequest request, bool isFirst)
    {
        var prompts = request.Path.Operation == ApiOperation.Completions ? request.Body.Prompts : 1;
        return new(request.Body.Choices * prompts, request.Body.IncludesUsage) { Transcript = isFirst ? new ChatTranscript() : null };
    }

    public EventMeaning Read(ReadOnlyMemory<byte> raw)
    {
        var data = SseEvent.DataOf(raw);
        if (data.IsEmpty)
            return EventMeaning.Nothing;
        if (data.Span.SequenceEqual("[DONE]"u8))
            return MayEnd ? EventMeaning.End : EventMeaning.UnfinishedEnd;

        try
        {
            using var document = JsonDocument.Parse(data);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return EventMeaning.Malformed;
            var meaning = Read(document.RootElement);
            if (meaning == EventMeaning.Error)
                return meaning;
            Transcript?.Observe(document.RootElement);
            if (Observation is not null)
                Tell(Observation, document.RootElement);
            return meaning;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half a surrogate pair where a text is due.
            return EventMeaning.Malformed;
        }
    }

    /// <summary>An in-band error in the API's own shape, as a whole event.</summary>
    public abstract byte[] ErrorEvent(string code, string message);

    protected abstract EventMeaning Read(JsonElement data);

    /// <summary>The part of an event that names model and usage as a whole answer does.</summary>
    protected virtual JsonElement AnswerIn(JsonElement data) => data;

    private void Tell(AttemptObservation observation, JsonElement data)
    {
        observation.ReceiveChunk();
        if (AnswerIn(data) is { ValueKind: JsonValueKind.Object } answer)
            observation.Describe(AnswerUsage.ModelIn(answer), AnswerUsage.In(answer));
    }

    protected static bool HasText(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && !value.ValueEquals(""u8);

    protected static bool HasValue(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind switch
        {
            JsonValueKind.Null => false,
            JsonValueKind.Array => value.GetArrayLength() > 0,
            _ => true,
        };

    protected static bool IsType(JsonElement data, ReadOnlySpan<byte> type) =>
        data.TryGetProperty("type"u8, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(type);
}
