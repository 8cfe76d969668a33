using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>Goes on with chat completions or completions. Each choice is repeated and goes on by itself.</summary>
internal sealed class ChatSplicer(ChatTranscript delivered) : StreamSplicer(new Repetition(delivered, isPerPart: true))
{
    private readonly List<StreamPiece> _pieces = [];
    private readonly HashSet<int> _finished = [];

    // It must have said all of them itself: some endpoints send usage all along.
    protected override bool IsEnded => delivered.PartsWith(ChatTranscript.Choice).All(choice => delivered.IsEnded(choice) && _finished.Contains(choice));

    public override byte[] ErrorEvent(string code, string message) => ErrorEvents.OpenAi(code, message);

    protected override SpliceStep Splice(JsonElement data, ReadOnlyMemory<byte> raw)
    {
        var chunk = JsonObject.Create(data)!;
        var choices = chunk["choices"] as JsonArray;
        if (choices is { Count: > 0 })
        {
            var kept = new JsonArray();
            foreach (var (choice, rewritten) in data.GetProperty("choices"u8).EnumerateArray().Zip(choices.ToArray()))
            {
                if (SpliceChoice(choice, rewritten) is not { } isKept)
                    return SpliceStep.Different;
                if (!isKept)
                    continue;
                choices.Remove(rewritten);
                kept.Add(rewritten);
            }

            chunk["choices"] = kept;
            if (kept.Count > 0)
                return Send(raw, chunk);
        }

        // Usage, asked for and still missing, or what goes beside the choices.
        var isUsage = chunk["usage"] is not null && IsEnded;
        return isUsage || (Repetition.HasPassed && choices is not { Count: > 0 }) ? Send(raw, chunk) : SpliceStep.Swallowed;
    }

    /// <summary>Whether the choice goes to the caller, cut to what is new; null: it differs.</summary>
    private bool? SpliceChoice(JsonElement choice, JsonNode? rewritten)
    {
        _pieces.Clear();
        var index = ChatTranscript.ReadChoice(choice, _pieces);
        var isRepeating = delivered.MarkAt(new(index, ChatTranscript.Choice)) is not null && !Repetition.HasPassedIn(index);
        foreach (var piece in _pieces)
        {
            var judgement = Repetition.Judge(piece);
            if (judgement.Differs)
                return null;
            if (piece.Kind == PieceKind.End)
                _finished.Add(index);
            if (judgement.Repeated > 0)
                Cut((JsonObject)rewritten!, piece, judgement.Repeated);
        }

        if (isRepeating)
            (rewritten?["delta"] as JsonObject)?.Remove("role");
        return Repetition.HasPassedIn(index);
    }

    private static void Cut(JsonObject choice, StreamPiece piece, int repeated)
    {
        var name = piece.Key.Name;
        if (name == "text")
        {
            CutText(choice, name, repeated);
            TokenLogprobs.CutColumns(choice["logprobs"], piece.Text, repeated);
            return;
        }

        var delta = (JsonObject)choice["delta"]!;
        if (repeated == piece.Text.Length)
            delta.Remove(name);
        else
            CutText(delta, name, repeated);
        TokenLogprobs.Cut((choice["logprobs"] as JsonObject)?[name], piece.Text, repeated);
    }

    private SpliceStep Send(ReadOnlyMemory<byte> raw, JsonObject chunk)
    {
        if (delivered.Id is { } id && chunk["id"] is not null)
            chunk["id"] = id;
        if (delivered.Created is { } created && chunk["created"] is not null)
            chunk["created"] = JsonNode.Parse(created);
        return SpliceStep.Send(SseEvent.WithData(raw, chunk));
    }
}
