using System.Text.Json;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>What the caller has of chat completions or completions: one string per choice for its content, its refusal and its reasoning.</summary>
internal sealed class ChatTranscript : StreamTranscript
{
    /// <summary>The mark of a choice that was begun.</summary>
    public const string Choice = "choice";

    // Reasoning is none of OpenAI's own; vLLM and DeepSeek call it the one, OpenRouter the other.
    private static readonly string[] Comparable = ["reasoning_content", "reasoning", "content", "refusal"];
    private static readonly string[] Opaques = ["tool_calls", "function_call", "audio"];

    /// <summary>The first chunk's, and its <c>created</c> as raw JSON; Azure's first chunk has none.</summary>
    public string? Id { get; private set; }

    public string? Created { get; private set; }

    public override StreamSplicer Continue() => new ChatSplicer(this);

    public override void Read(JsonElement data, List<StreamPiece> pieces)
    {
        if (!data.TryGetProperty("choices"u8, out var choices) || choices.ValueKind != JsonValueKind.Array)
            return;
        foreach (var choice in choices.EnumerateArray())
            ReadChoice(choice, pieces);
    }

    /// <summary>The pieces of one choice; gives its index.</summary>
    // {"index":0,"delta":{"content":"Hi"},"logprobs":null,"finish_reason":null} or {"index":0,"text":"Hi","finish_reason":null}
    public static int ReadChoice(JsonElement choice, List<StreamPiece> pieces)
    {
        if (choice.ValueKind != JsonValueKind.Object)
            return 0;
        var index = choice.Whole("index"u8) ?? 0;
        pieces.Add(new(PieceKind.Mark, new(index, Choice)));
        if (choice.Text("text"u8) is { Length: > 0 } text)
            pieces.Add(new(PieceKind.Text, new(index, "text"), text));
        if (choice.Member("delta"u8) is { } delta)
            ReadDelta(delta, index, pieces);
        if (choice.Text("finish_reason"u8) is { Length: > 0 })
            pieces.Add(new(PieceKind.End, new(index, "")));
        return index;
    }

    protected override void Note(JsonElement data)
    {
        if (Id is not null || data.Text("id"u8) is not { Length: > 0 } id)
            return;
        Id = id;
        Created = data.TryGetProperty("created"u8, out var created) ? created.GetRawText() : null;
    }

    private static void ReadDelta(JsonElement delta, int index, List<StreamPiece> pieces)
    {
        foreach (var member in delta.EnumerateObject())
        {
            foreach (var name in Comparable)
            {
                if (member.NameEquals(name) && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { Length: > 0 } text)
                    pieces.Add(new(PieceKind.Text, new(index, name), text));
            }

            foreach (var name in Opaques)
            {
                if (member.NameEquals(name) && IsSet(member.Value))
                    pieces.Add(new(PieceKind.Opaque, new(index, name)));
            }
        }
    }

    private static bool IsSet(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };
}
