using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Forwarding.Splicing;

public sealed class ResponsesSplicerTests
{
    [Fact]
    public void Splice_RepeatedInOtherChunks_KeepsIdsAndNumbers()
    {
        var bench = Responses().First([.. Opening("a"), Delta("a", 4, "Hel"), Delta("a", 5, "lo")])
            .Next([.. Opening("b"), Delta("b", 4, "Hello wo"), Delta("b", 5, "rld"), .. Closing("b", 6, "Hello world")]);
        Assert.False(bench.Differs);
        var closing = Closing("a", 8, "Hello world", model: "b").Select<string, Action<string>>(expected => actual => SpliceBench.Same(expected, actual));
        Assert.Collection(
            bench.Behind(6),
            [one => SpliceBench.Same(Delta("a", 6, " wo"), one), one => SpliceBench.Same(Delta("a", 7, "rld"), one), .. closing]);
    }

    [Fact]
    public void Splice_OtherWord_DiffersAndTheErrorFollowsTheLastNumber()
    {
        var bench = Responses().First([.. Opening("a"), Delta("a", 4, "Hello")]).Next([.. Opening("b"), Delta("b", 4, "Help")]);
        Assert.True(bench.Differs);
        Assert.Contains("\"sequence_number\":5", bench.Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void Splice_EndsEarlier_Differs() => Assert.True(
        Responses().First([.. Opening("a"), Delta("a", 4, "Hello")]).Next([.. Opening("b"), Delta("b", 4, "Hel"), .. Closing("b", 5, "Hel")]).Differs);

    [Fact]
    public void Splice_BrokenBetweenTheClosingEvents_SaysEachOnce()
    {
        var closing = Closing("a", 5, "Hi");
        for (var said = 0; said < closing.Length; said++)
        {
            var bench = Responses().First([.. Opening("a"), Delta("a", 4, "Hi"), .. closing[..said]])
                .Next([.. Opening("b"), Delta("b", 4, "H"), Delta("b", 5, "i"), .. Closing("b", 6, "Hi")]);
            Assert.Collection(
                bench.Behind(5 + said),
                [.. Closing("a", 5, "Hi", model: "b")[said..].Select<string, Action<string>>(expected => actual => SpliceBench.Same(expected, actual))]);
        }
    }

    [Fact]
    public void Splice_ReasoningSummary_IsComparedLikeText()
    {
        string[] opening(string id) =>
        [
            Life(id, 0, "response.created"),
            Item(id, 1, "added", "reasoning"),
            $$$"""{"type":"response.reasoning_summary_part.added","sequence_number":2,"item_id":"{{{id}}}0","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}""",
        ];
        string summary(string id, int number, string text) =>
            $$"""{"type":"response.reasoning_summary_text.delta","sequence_number":{{number}},"item_id":"{{id}}0","output_index":0,"summary_index":0,"delta":"{{text}}"}""";
        var bench = Responses().First([.. opening("a"), summary("a", 3, "Let me")]).Next([.. opening("b"), summary("b", 3, "Let me think")]);
        SpliceBench.Same(summary("a", 4, " think"), Assert.Single(bench.Behind(4)));
        Assert.True(Responses().First([.. opening("a"), summary("a", 3, "Let me")]).Next([.. opening("b"), summary("b", 3, "Let us")]).Differs);
    }

    [Fact]
    public void Splice_FunctionCallBehindTheBoundary_GoesOnWholeUnderItsOwnId()
    {
        const string Call = """{"type":"response.output_item.added","sequence_number":9,"output_index":1,"item":{"id":"b1","type":"function_call","name":"f"}}""";
        const string Arguments = """{"type":"response.function_call_arguments.delta","sequence_number":10,"item_id":"b1","output_index":1,"delta":"{}"}""";
        var bench = Responses().First([.. Opening("a"), Delta("a", 4, "Let me")])
            .Next([.. Opening("b"), Delta("b", 4, "Let me"), .. Closing("b", 5, "Let me")[..3], Call, Arguments]);
        Assert.False(bench.Differs);
        Assert.Contains("\"item_id\":\"b1\"", bench.Sent[^1], StringComparison.Ordinal);
        Assert.Contains("\"sequence_number\":9", bench.Sent[^1], StringComparison.Ordinal);
        Assert.False(bench.Transcript.IsContinuable);
    }

    [Theory]
    [InlineData("""{"type":"response.output_item.added","output_index":0,"item":{"id":"x","type":"function_call"}}""")]
    [InlineData("""{"type":"response.output_item.added","output_index":0,"item":{"id":"x","type":"web_search_call"}}""")]
    [InlineData("""{"type":"response.code_interpreter_call_code.delta","output_index":0,"delta":"x"}""")]
    [InlineData("""{"type":"response.audio.delta","delta":"AAAA"}""")]
    public void Transcript_WhatCannotBeCompared_EndsIt(string data) => Assert.False(Responses().First(Life("a", 0, "response.created"), data).Transcript.IsContinuable);

    [Fact]
    public void Splice_EventWithoutANumber_GetsNone()
    {
        const string Text = """{"type":"response.output_text.delta","item_id":"x","output_index":0,"content_index":0,"delta":"Hi"}""";
        var bench = Responses().First(Life("a", 0, "response.created"), Text.Replace("Hi", "H", StringComparison.Ordinal)).Next(Life("b", 0, "response.created"), Text);
        SpliceBench.Same(Text.Replace("Hi", "i", StringComparison.Ordinal), bench.Sent[^1]);
    }

    [Fact]
    public void Transcript_StoredId_IsTheFirst() => Assert.Equal("a", Responses().First(Opening("a")).Next(Opening("b")).Transcript.StoredId);

    private static SpliceBench Responses() => new(ApiOperation.Responses);

    private static string[] Opening(string id) =>
    [
        Life(id, 0, "response.created"),
        Life(id, 1, "response.in_progress"),
        Item(id, 2, "added"),
        $$$"""{"type":"response.content_part.added","sequence_number":3,"item_id":"{{{id}}}0","output_index":0,"content_index":0,"part":{"type":"output_text","text":""}}""",
    ];

    private static string[] Closing(string id, int number, string text, string? model = null) =>
    [
        $$"""{"type":"response.output_text.done","sequence_number":{{number}},"item_id":"{{id}}0","output_index":0,"content_index":0,"text":"{{text}}"}""",
        $$$"""{"type":"response.content_part.done","sequence_number":{{{number + 1}}},"item_id":"{{{id}}}0","output_index":0,"content_index":0,"part":{"type":"output_text","text":"{{{text}}}"}}""",
        Item(id, number + 2, "done"),
        Life(id, number + 3, "response.completed", model, $$"""{"id":"{{id}}0","type":"message"}"""),
    ];

    private static string Delta(string id, int number, string text) =>
        $$"""{"type":"response.output_text.delta","sequence_number":{{number}},"item_id":"{{id}}0","output_index":0,"content_index":0,"delta":"{{text}}","logprobs":[]}""";

    private static string Item(string id, int number, string what, string type = "message") =>
        $$$"""{"type":"response.output_item.{{{what}}}","sequence_number":{{{number}}},"output_index":0,"item":{"id":"{{{id}}}0","type":"{{{type}}}"}}""";

    private static string Life(string id, int number, string type, string? model = null, string output = "") =>
        $$$"""{"type":"{{{type}}}","sequence_number":{{{number}}},"response":{"id":"{{{id}}}","created_at":{{{id[0] - 'a' + 1}}},"model":"{{{model ?? id}}}","output":[{{{output}}}]}}""";
}
