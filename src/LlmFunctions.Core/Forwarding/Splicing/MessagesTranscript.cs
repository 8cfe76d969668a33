using System.Text.Json;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>What the caller has of Anthropic's Messages API: one string per content block for its text or its thinking.</summary>
internal sealed class MessagesTranscript : StreamTranscript
{
    public override StreamSplicer Continue() => new MessagesSplicer(this);

    public override void Read(JsonElement data, List<StreamPiece> pieces)
    {
        var index = data.Whole("index"u8) ?? 0;
        switch (data.Text("type"u8))
        {
            case "content_block_start" when data.Member("content_block"u8) is { } block:
                ReadBlock(block, index, pieces);
                break;
            case "content_block_delta" when data.Member("delta"u8) is { } delta:
                pieces.Add(ReadDelta(delta, index));
                break;
            case "content_block_stop":
                pieces.Add(new(PieceKind.End, new(index, "")));
                break;
            case "message_delta" when data.Member("delta"u8) is { } delta && delta.Text("stop_reason"u8) is not null:
                pieces.Add(new(PieceKind.End, new(PieceKey.WholeAnswer, "")));
                break;
        }
    }

    // The caller knows the message by its first event alone, which is never repeated to it.
    protected override void Note(JsonElement data)
    {
    }

    // {"type":"text","text":""}, {"type":"thinking","thinking":"","signature":""}, {"type":"tool_use","id":"…","name":"…","input":{}}
    private static void ReadBlock(JsonElement block, int index, List<StreamPiece> pieces)
    {
        var type = block.Text("type"u8) ?? "";
        pieces.Add(new(PieceKind.Mark, new(index, "start"), type));
        if (type is not ("text" or "thinking"))
            pieces.Add(new(PieceKind.Opaque, new(index, type)));
        else if ((type == "text" ? block.Text("text"u8) : block.Text("thinking"u8)) is { Length: > 0 } text)
            pieces.Add(new(PieceKind.Text, new(index, type), text));
    }

    // {"type":"text_delta","text":"Hi"}, {"type":"thinking_delta","thinking":"Hm"}, {"type":"signature_delta","signature":"…"},
    // {"type":"citations_delta","citation":{…}}, {"type":"input_json_delta","partial_json":"{"}
    private static StreamPiece ReadDelta(JsonElement delta, int index) => delta.Text("type"u8) switch
    {
        "text_delta" => new(PieceKind.Text, new(index, "text"), delta.Text("text"u8) ?? ""),
        "thinking_delta" => new(PieceKind.Text, new(index, "thinking"), delta.Text("thinking"u8) ?? ""),
        // Each endpoint signs differently; one signature is as good as another.
        "signature_delta" => new(PieceKind.Text, new(index, "signature"), "+"),
        "citations_delta" => new(PieceKind.Text, new(index, "citation"), delta.Member("citation"u8)?.GetRawText() ?? ""),
        _ => new(PieceKind.Opaque, new(index, "delta")),
    };
}
