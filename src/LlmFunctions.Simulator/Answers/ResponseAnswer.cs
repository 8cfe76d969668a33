using System.Text;

namespace LlmFunctions.Simulator;

/// <summary>responses: the answer, or its whole sequence of events.</summary>
internal sealed class ResponseAnswer(ResponseDraft draft, bool inBackground) : IStreamedAnswer
{
    private int _sequence;

    public int TokenCount => inBackground ? 0 : draft.Text.Tokens.Count;

    public byte[] Whole() => Json.Bytes(draft.InStatus(inBackground ? "queued" : draft.FinalStatus));

    public IEnumerable<SseEvent> Events()
    {
        yield return Lifecycle(SsePart.Opening, "response.created", "in_progress");
        yield return Lifecycle(SsePart.Opening, "response.in_progress", "in_progress");
        yield return Item(SsePart.Opening, "response.output_item.added", "in_progress");
        foreach (var item in draft.IsToolCall ? CallEvents() : TextEvents())
            yield return item;
        yield return Item(SsePart.Closing, "response.output_item.done", draft.FinalStatus);
        yield return Lifecycle(SsePart.Terminal, $"response.{draft.FinalStatus}", draft.FinalStatus);
    }

    // event: error
    // data: {"type":"error","sequence_number":3,"code":"server_error","message":"…","param":null}
    public SseEvent ErrorEvent(string? code, string? body) => body is null
        ? Event(SsePart.Closing, "error", type => new
        {
            type,
            sequence_number = _sequence++,
            code = code ?? "server_error",
            message = "Simulated error in the stream.",
            param = (string?)null,
        })
        : new SseEvent(SsePart.Closing, "error", Encoding.UTF8.GetBytes(body));

    private IEnumerable<SseEvent> TextEvents()
    {
        yield return Part(SsePart.Opening, "response.content_part.added", "");
        foreach (var token in draft.Text.Chunks)
        {
            yield return Event(SsePart.Token, "response.output_text.delta", type => new
            {
                type,
                sequence_number = _sequence++,
                item_id = draft.ItemId,
                output_index = 0,
                content_index = 0,
                delta = token,
                logprobs = Array.Empty<object>(),
            });
        }
        yield return Event(SsePart.Closing, "response.output_text.done", type => new
        {
            type,
            sequence_number = _sequence++,
            item_id = draft.ItemId,
            output_index = 0,
            content_index = 0,
            text = draft.Text.Text,
            logprobs = Array.Empty<object>(),
        });
        yield return Part(SsePart.Closing, "response.content_part.done", draft.Text.Text);
    }

    private IEnumerable<SseEvent> CallEvents()
    {
        foreach (var token in draft.Text.Chunks)
        {
            yield return Event(SsePart.Token, "response.function_call_arguments.delta", type =>
                new { type, sequence_number = _sequence++, item_id = draft.ItemId, output_index = 0, delta = token });
        }
        yield return Event(SsePart.Closing, "response.function_call_arguments.done", type =>
            new { type, sequence_number = _sequence++, item_id = draft.ItemId, output_index = 0, arguments = draft.Text.Text });
    }

    private SseEvent Lifecycle(SsePart part, string name, string status) =>
        Event(part, name, type => new { type, sequence_number = _sequence++, response = draft.InStatus(status) });

    private SseEvent Item(SsePart part, string name, string status) =>
        Event(part, name, type => new { type, sequence_number = _sequence++, output_index = 0, item = draft.Item(status) });

    private SseEvent Part(SsePart part, string name, string text) => Event(part, name, type => new
    {
        type,
        sequence_number = _sequence++,
        item_id = draft.ItemId,
        output_index = 0,
        content_index = 0,
        part = ResponseDraft.Part(text),
    });

    private static SseEvent Event<T>(SsePart part, string name, Func<string, T> data) => SseEvent.Of(part, data(name), name);
}
