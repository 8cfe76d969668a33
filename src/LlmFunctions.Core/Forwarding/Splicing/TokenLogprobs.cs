using System.Text;
using System.Text.Json.Nodes;

namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>Cuts the log probabilities of a chunk like its text: tokens that begin before the cut were told already.</summary>
internal static class TokenLogprobs
{
    /// <summary>Those of chat and Responses.</summary>
    // [{"token":" world","logprob":-0.1,"bytes":[32,119],"top_logprobs":[]}]
    public static void Cut(JsonNode? list, string text, int repeated)
    {
        if (list is not JsonArray tokens)
            return;
        var drop = Count(tokens.Select(token => LengthOf(token)), text, repeated);
        tokens.RemoveRange(0, drop);
    }

    /// <summary>Those of completions.</summary>
    // {"tokens":[" world"],"token_logprobs":[-0.1],"top_logprobs":[{}],"text_offset":[5]}
    public static void CutColumns(JsonNode? columns, string text, int repeated)
    {
        if (columns is not JsonObject lists || lists["tokens"] is not JsonArray tokens)
            return;
        var drop = Count(tokens.Select(token => LengthOfText(token)), text, repeated);
        foreach (var list in lists.Select(column => column.Value).OfType<JsonArray>())
            list.RemoveRange(0, Math.Min(drop, list.Count));
    }

    // In bytes, since a token may be part of a character.
    private static int Count(IEnumerable<int> lengths, string text, int repeated)
    {
        var cut = Encoding.UTF8.GetByteCount(text.AsSpan(0, repeated));
        var (count, at) = (0, 0);
        foreach (var length in lengths)
        {
            if (at >= cut)
                break;
            at += length;
            count++;
        }

        return count;
    }

    private static int LengthOf(JsonNode? token) => token is JsonObject entry
        ? entry["bytes"] is JsonArray bytes ? bytes.Count : LengthOfText(entry["token"])
        : 0;

    private static int LengthOfText(JsonNode? token) => Encoding.UTF8.GetByteCount(token?.GetValue<string>() ?? "");
}
