using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Forwarding.Splicing;

/// <summary>However both deployments cut their text into chunks, and wherever the first one stops: a deployment that says the same is
/// spliced without a character too many or too few, and one that says something else differs.</summary>
public sealed class SplicingProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Theory]
    [InlineData(ApiOperation.ChatCompletions)]
    [InlineData(ApiOperation.Completions)]
    [InlineData(ApiOperation.Messages)]
    [InlineData(ApiOperation.Responses)]
    public void Splice_SameText_IsWholeWhateverTheChunking(ApiOperation operation) => Prop.ForAll(
        Cases().ToArbitrary(),
        one =>
        {
            var bench = new SpliceBench(operation)
                .First(one.First.Take(1 + one.Stop).Select(text => Delta(operation, text)))
                .Next([.. one.Second.Select(text => Delta(operation, text)), End(operation)]);
            return !bench.Differs && TextOf(bench.Sent) == string.Concat(one.Second);
        }).Check(Thorough);

    [Theory]
    [InlineData(ApiOperation.ChatCompletions)]
    [InlineData(ApiOperation.Completions)]
    [InlineData(ApiOperation.Messages)]
    [InlineData(ApiOperation.Responses)]
    public void Splice_OneOtherCharacter_DiffersWhateverTheChunking(ApiOperation operation) => Prop.ForAll(
        Cases().ToArbitrary(),
        one =>
        {
            var delivered = one.First.Take(1 + one.Stop).ToList();
            var bench = new SpliceBench(operation)
                .First([.. delivered.Take(delivered.Count - 1).Append(delivered[^1] + "#").Select(text => Delta(operation, text))])
                .Next([.. one.Second.Select(text => Delta(operation, text)), End(operation)]);
            return bench.Differs && bench.Behind(delivered.Count).Length == 0;
        }).Check(Thorough);

    private static Gen<(List<string> First, List<string> Second, int Stop)> Cases() =>
        from words in Gen.Elements("a", "bc", " ", "é", "😀", "\\", "\"", "\n", "long word ").NonEmptyListOf()
        from first in Cuts()
        from second in Cuts()
        let text = string.Concat(words)
        let chunks = Chunks(text, first)
        from stop in Gen.Choose(0, chunks.Count - 1)
        select (chunks, Chunks(text, second), stop);

    private static Gen<List<int>> Cuts() => Gen.Choose(1, 6).NonEmptyListOf().Select(sizes => sizes.ToList());

    // By characters, not by halves of them: JSON has no way to say half an emoji that all readers take.
    private static List<string> Chunks(string text, List<int> sizes)
    {
        var runes = text.EnumerateRunes().ToList();
        var chunks = new List<string>();
        for (var (at, turn) = (0, 0); at < runes.Count; at += sizes[turn++ % sizes.Count])
            chunks.Add(string.Concat(runes.Skip(at).Take(sizes[turn % sizes.Count])));
        return chunks;
    }

    private static string Delta(ApiOperation operation, string text) => (operation switch
    {
        ApiOperation.ChatCompletions => new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["content"] = text } }) },
        ApiOperation.Completions => new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["text"] = text }) },
        ApiOperation.Messages => new JsonObject { ["type"] = "content_block_delta", ["index"] = 0, ["delta"] = new JsonObject { ["type"] = "text_delta", ["text"] = text } },
        _ => new JsonObject { ["type"] = "response.output_text.delta", ["output_index"] = 0, ["content_index"] = 0, ["delta"] = text },
    }).ToJsonString();

    private static string End(ApiOperation operation) => operation switch
    {
        ApiOperation.ChatCompletions => """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
        ApiOperation.Completions => """{"choices":[{"index":0,"text":"","finish_reason":"stop"}]}""",
        ApiOperation.Messages => """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""",
        _ => """{"type":"response.completed","response":{"id":"b"}}""",
    };

    private static string TextOf(IEnumerable<string> events)
    {
        var text = new StringBuilder();
        foreach (var data in events.Select(one => JsonNode.Parse(one)!.AsObject()))
        {
            var choice = data["choices"]?[0];
            text.Append((choice?["text"] ?? choice?["delta"]?["content"] ?? (data["delta"] as JsonObject)?["text"] ?? data["delta"] as JsonValue)?.GetValue<string>());
        }

        return text.ToString();
    }
}
