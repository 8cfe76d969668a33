using System.Text.Json;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Chat completions and completions. Content is a delta with text, tool call, refusal or reasoning, or a
/// <c>finish_reason</c>. Source: OpenAI's API reference, "The chat completion chunk object".</summary>
/// <param name="wanted">How many choices must finish.</param>
/// <param name="includesUsage">Whether usage was asked for.</param>
internal sealed class ChatDialect(int wanted, bool includesUsage) : StreamDialect
{
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();
    private readonly HashSet<int> _begun = [];
    private readonly HashSet<int> _finished = [];
    private bool _hasUsage;

    public override bool IsFinished => HasFinished && (_hasUsage || !includesUsage);

    public override ReadOnlyMemory<byte> MissingEnd => HasFinished ? Done : default;

    // Some endpoints give one choice whatever is asked: by their own word they are done with all they began.
    protected override bool MayEnd => _begun.Count > 0 && _finished.Count == _begun.Count;

    // A choice may begin only after another has finished.
    private bool HasFinished => _finished.Count == _begun.Count && _finished.Count >= Math.Max(wanted, 1);

    public override byte[] ErrorEvent(string code, string message) => ErrorEvents.OpenAi(code, message);

    protected override EventMeaning Read(JsonElement data)
    {
        if (HasValue(data, "error"))
            return EventMeaning.Error;
        _hasUsage |= HasValue(data, "usage");
        if (!data.TryGetProperty("choices"u8, out var choices) || choices.ValueKind != JsonValueKind.Array)
            return EventMeaning.Nothing;

        var meaning = EventMeaning.Nothing;
        foreach (var choice in choices.EnumerateArray())
        {
            if (choice.ValueKind == JsonValueKind.Object && ReadChoice(choice))
                meaning = EventMeaning.Content;
        }

        return meaning;
    }

    private bool ReadChoice(JsonElement choice)
    {
        var index = choice.TryGetProperty("index"u8, out var value) && value.TryGetInt32(out var number) ? number : 0;
        _begun.Add(index);
        var finishes = HasText(choice, "finish_reason");
        if (finishes)
            _finished.Add(index);
        return finishes || HasText(choice, "text")
            || (choice.TryGetProperty("delta"u8, out var delta) && delta.ValueKind == JsonValueKind.Object && IsContent(delta));
    }

    private static bool IsContent(JsonElement delta) =>
        HasText(delta, "content") || HasValue(delta, "tool_calls") || HasText(delta, "refusal") || HasText(delta, "reasoning_content")
        || HasText(delta, "reasoning") || HasValue(delta, "function_call") || HasValue(delta, "audio");
}
