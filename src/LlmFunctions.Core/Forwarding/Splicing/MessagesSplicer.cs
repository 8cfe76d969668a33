using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>Goes on with Anthropic's Messages API, whose blocks come one after the other.</summary>
internal sealed class MessagesSplicer(MessagesTranscript delivered) : StreamSplicer(new Repetition(delivered, isPerPart: false))
{
    private readonly List<StreamPiece> _pieces = [];

    protected override bool IsEnded => delivered.IsEnded(PieceKey.WholeAnswer);

    public override byte[] ErrorEvent(string code, string message) => ErrorEvents.Messages(message);

    protected override SpliceStep Splice(JsonElement data, ReadOnlyMemory<byte> raw)
    {
        var type = data.Text("type"u8);
        if (type == "message_start")
            return SpliceStep.Swallowed;
        if (type == "message_stop")
            return IsEnded ? SpliceStep.Send(raw) : SpliceStep.Different;

        _pieces.Clear();
        delivered.Read(data, _pieces);
        var judgement = Repetition.JudgeAll(_pieces);
        if (judgement.Differs)
            return SpliceStep.Different;
        if (!judgement.IsNew && (judgement.IsRepeated || !Repetition.HasPassed))
            return SpliceStep.Swallowed;
        if (judgement.Repeated == 0)
            return SpliceStep.Send(raw);

        // A block that begins with text: its beginning cannot be said twice.
        if (type != "content_block_delta")
            return SpliceStep.Different;
        var content = JsonObject.Create(data)!;
        CutText(content["delta"] as JsonObject, _pieces[^1].Key.Name, judgement.Repeated);
        return SpliceStep.Send(SseEvent.WithData(raw, content));
    }
}
