using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>Goes on with the Responses API: the ids of the response and of the items the caller knows, and the numbers of the events, go on
/// as they began.</summary>
internal sealed class ResponsesSplicer(ResponsesTranscript delivered) : StreamSplicer(new Repetition(delivered, isPerPart: false))
{
    private readonly List<StreamPiece> _pieces = [];

    // A terminal event is the end by itself.
    protected override bool IsEnded => false;

    public override byte[] ErrorEvent(string code, string message) => ErrorEvents.Responses(code, message, delivered.Sequence + 1);

    public override ReadOnlyMemory<byte> Rename(ReadOnlyMemory<byte> raw)
    {
        using var document = JsonDocument.Parse(SseEvent.DataOf(raw));
        var content = JsonObject.Create(document.RootElement)!;
        Rename(content);
        return SseEvent.WithData(raw, content);
    }

    protected override SpliceStep Splice(JsonElement data, ReadOnlyMemory<byte> raw)
    {
        if (data.Text("type"u8) is "response.created" or "response.in_progress" or "response.queued")
            return SpliceStep.Swallowed;

        _pieces.Clear();
        delivered.Read(data, _pieces);
        var judgement = Repetition.JudgeAll(_pieces);
        if (judgement.Differs)
            return SpliceStep.Different;
        if (!judgement.IsNew && (judgement.IsRepeated || !Repetition.HasPassed))
            return SpliceStep.Swallowed;

        var content = JsonObject.Create(data)!;
        if (judgement.Repeated > 0)
            Cut(content, _pieces[^1].Text, judgement.Repeated);
        delivered.NoteItem(data);
        Rename(content);
        return SpliceStep.Send(SseEvent.WithData(raw, content));
    }

    private static void Cut(JsonObject content, string text, int repeated)
    {
        CutText(content, "delta", repeated);
        TokenLogprobs.Cut(content["logprobs"], text, repeated);
    }

    private void Rename(JsonObject content)
    {
        if (content["sequence_number"] is not null)
            content["sequence_number"] = ++delivered.Sequence;
        var index = content["output_index"] is JsonValue value && value.TryGetValue(out int number) ? number : -1;
        if (content["item_id"] is not null && delivered.ItemIdAt(index) is { } itemId)
            content["item_id"] = itemId;
        RenameItem(content["item"], index);
        if (content["response"] is not JsonObject response)
            return;

        if (delivered.Id is { } id)
            response["id"] = id;
        if (delivered.CreatedAt is { } created && response["created_at"] is not null)
            response["created_at"] = JsonNode.Parse(created);
        if (response["output"] is JsonArray output)
        {
            for (var i = 0; i < output.Count; i++)
                RenameItem(output[i], i);
        }
    }

    private void RenameItem(JsonNode? item, int index)
    {
        if (item is JsonObject known && known["id"] is not null && delivered.ItemIdAt(index) is { } id)
            known["id"] = id;
    }
}
