using System.Collections.Frozen;
using System.Text.Json;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>What the caller has of the Responses API: one string per content part and per summary of an output item.</summary>
internal sealed class ResponsesTranscript : StreamTranscript
{
    private static readonly string[] Names = ["output_text", "refusal", "reasoning_text", "reasoning_summary_text"];
    private static readonly FrozenDictionary<string, string> Deltas = Names.ToFrozenDictionary(name => $"response.{name}.delta");
    private static readonly FrozenDictionary<string, string> Dones = Names.ToFrozenDictionary(name => $"response.{name}.done");

    private readonly Dictionary<int, string> _itemIds = [];

    /// <summary>The first event's, and its <c>created_at</c> as raw JSON.</summary>
    public string? Id { get; private set; }

    public string? CreatedAt { get; private set; }

    /// <summary>The number of the last event that the caller got; -1 before the first.</summary>
    public long Sequence { get; set; } = -1;

    public override string? StoredId => Id;

    public override StreamSplicer Continue() => new ResponsesSplicer(this);

    /// <summary>The id by which the caller knows the output item at an index, if it knows it.</summary>
    public string? ItemIdAt(int index) => _itemIds.GetValueOrDefault(index);

    public override void Read(JsonElement data, List<StreamPiece> pieces)
    {
        var type = data.Text("type"u8) ?? "";
        if (data.Whole("output_index"u8) is { } item)
            ReadItem(data, type, item, data.Whole("content_index"u8) ?? data.Whole("summary_index"u8) ?? 0, pieces);
        else if (type is "response.completed" or "response.incomplete")
            pieces.Add(new(PieceKind.End, new(PieceKey.WholeAnswer, "")));
        else if (type.EndsWith(".delta", StringComparison.Ordinal))
            pieces.Add(new(PieceKind.Opaque, new(PieceKey.WholeAnswer, type)));
    }

    /// <summary>Remembers the names of a new output item.</summary>
    public void NoteItem(JsonElement data)
    {
        if (data.Whole("output_index"u8) is { } index && data.Member("item"u8)?.Text("id"u8) is { } id)
            _itemIds.TryAdd(index, id);
    }

    protected override void Note(JsonElement data)
    {
        if (data.TryGetProperty("sequence_number"u8, out var sequence) && sequence.ValueKind == JsonValueKind.Number && sequence.TryGetInt64(out var number))
            Sequence = number;
        if (Id is null && data.Member("response"u8) is { } response && response.Text("id"u8) is { Length: > 0 } id)
        {
            Id = id;
            CreatedAt = response.TryGetProperty("created_at"u8, out var created) ? created.GetRawText() : null;
        }

        NoteItem(data);
    }

    private static void ReadItem(JsonElement data, string type, int item, int index, List<StreamPiece> pieces)
    {
        switch (type)
        {
            case "response.output_item.added":
                var kind = data.Member("item"u8)?.Text("type"u8) ?? "";
                pieces.Add(new(PieceKind.Mark, new(item, "item"), kind));
                if (kind is not ("message" or "reasoning"))
                    pieces.Add(new(PieceKind.Opaque, new(item, kind)));
                break;
            case "response.output_item.done":
                pieces.Add(new(PieceKind.End, new(item, "")));
                break;
            case "response.content_part.added" or "response.reasoning_summary_part.added":
                pieces.Add(new(PieceKind.Mark, new(item, type, index), data.Member("part"u8)?.Text("type"u8) ?? ""));
                break;
            case "response.content_part.done" or "response.reasoning_summary_part.done":
                pieces.Add(new(PieceKind.End, new(item, type, index)));
                break;
            case "response.output_text.annotation.added":
                pieces.Add(new(PieceKind.Text, new(item, "annotation", index), data.Member("annotation"u8)?.GetRawText() ?? ""));
                break;
            default:
                pieces.Add(ReadText(data, type, item, index));
                break;
        }
    }

    private static StreamPiece ReadText(JsonElement data, string type, int item, int index)
    {
        if (Deltas.TryGetValue(type, out var said))
            return new(PieceKind.Text, new(item, said, index), data.Text("delta"u8) ?? "");
        return Dones.TryGetValue(type, out var ended) ? new(PieceKind.End, new(item, ended, index)) : new(PieceKind.Opaque, new(item, type));
    }
}
