using System.Text.Json;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Streams without rules of their own (images, transcriptions): every event is content, and the stream's end is its end.</summary>
internal sealed class PlainDialect : StreamDialect
{
    private bool _hasContent;

    public override bool MayEndSilently => _hasContent;

    public override byte[] ErrorEvent(string code, string message) => ErrorEvents.OpenAi(code, message);

    protected override EventMeaning Read(JsonElement data)
    {
        if (IsType(data, "error"u8) || HasValue(data, "error"))
            return EventMeaning.Error;
        _hasContent = true;
        return EventMeaning.Content;
    }
}
