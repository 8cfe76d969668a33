using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Forwarding.Splicing;

public sealed class ChatSplicerTests
{
    private const string Role = """{"role":"assistant","content":""}""";

    [Fact]
    public void Splice_RepeatedInOtherChunks_IsCutAtTheBoundaryAndKeepsTheFirstNames()
    {
        var bench = Chat().First(Chunk("a", Role), Chunk("a", Text("Hel")), Chunk("a", Text("lo")))
            .Next(Chunk("b", Role), Chunk("b", Text("Hello wo")), Chunk("b", Text("rld")), Chunk("b", "{}", "\"stop\""), "[DONE]");
        Assert.False(bench.Differs);
        Assert.Collection(
            bench.Behind(3),
            one => SpliceBench.Same(Chunk("a", Text(" wo"), model: "b"), one),
            one => SpliceBench.Same(Chunk("a", Text("rld"), model: "b"), one),
            one => SpliceBench.Same(Chunk("a", "{}", "\"stop\"", model: "b"), one),
            one => Assert.Equal("[DONE]", one));
    }

    [Fact]
    public void Splice_RoleAndContentInOneChunk_KeepsOnlyWhatIsNew()
    {
        var bench = Chat().First(Chunk("a", Role), Chunk("a", Text("Hi")))
            .Next(Chunk("b", """{"role":"assistant","content":"Hi you"}"""));
        SpliceBench.Same(Chunk("a", Text(" you"), model: "b"), Assert.Single(bench.Behind(2)));
    }

    [Fact]
    public void Splice_EndInTheChunkOfTheLastRepeatedText_KeepsTheEnd()
    {
        var bench = Chat().First(Chunk("a", Text("Hi"))).Next(Chunk("b", Text("Hi"), "\"stop\""));
        SpliceBench.Same(Chunk("a", "{}", "\"stop\"", model: "b"), Assert.Single(bench.Behind(1)));
    }

    [Fact]
    public void Splice_OtherWord_Differs() =>
        Assert.True(Chat().First(Chunk("a", Text("Hello"))).Next(Chunk("b", Text("Help"))).Differs);

    [Fact]
    public void Splice_EndsEarlier_Differs()
    {
        Assert.True(Chat().First(Chunk("a", Text("Hello"))).Next(Chunk("b", Text("Hel")), Chunk("b", "{}", "\"stop\"")).Differs);
        Assert.True(Chat().First(Chunk("a", Text("Hello"))).Next(Chunk("b", Text("Hel")), "[DONE]").Differs);
    }

    [Fact]
    public void Splice_EndsWithoutFinishingAChoice_Differs() =>
        Assert.True(Chat().First(Chunk("a", Text("Hi"))).Next(Chunk("b", Text("Hi there")), "[DONE]").Differs);

    [Fact]
    public void Splice_ContentBeforeTheReasoningIsRepeated_Differs() => Assert.True(
        Chat().First(Chunk("a", """{"reasoning_content":"Hm"}""")).Next(Chunk("b", Text("Hi"))).Differs);

    [Fact]
    public void Splice_ReasoningThenContent_AreComparedEachByItself()
    {
        var bench = Chat().First(Chunk("a", """{"reasoning_content":"Hm"}"""), Chunk("a", Text("H")))
            .Next(Chunk("b", """{"reasoning_content":"H"}"""), Chunk("b", """{"reasoning_content":"m"}"""), Chunk("b", Text("Hi")));
        SpliceBench.Same(Chunk("a", Text("i"), model: "b"), Assert.Single(bench.Behind(2)));
    }

    [Fact]
    public void Splice_Refusal_IsCompared()
    {
        Assert.True(Chat().First(Chunk("a", """{"refusal":"No"}""")).Next(Chunk("b", Text("Yes"))).Differs);
        var bench = Chat().First(Chunk("a", """{"refusal":"No"}""")).Next(Chunk("b", """{"refusal":"No way"}"""));
        SpliceBench.Same(Chunk("a", """{"refusal":" way"}""", model: "b"), bench.Sent[1]);
    }

    [Fact]
    public void Splice_TwoChoices_EachGoesOnByItselfAndTheFinishedIsNotFinishedAgain()
    {
        var bench = Chat().First(Chunk("a", Text("Yes"), index: 0), Chunk("a", Text("N"), index: 1), Chunk("a", "{}", "\"stop\"", index: 0))
            .Next(
                Chunk("b", Text("No"), index: 1), Chunk("b", Text("Yes"), index: 0), Chunk("b", "{}", "\"stop\"", index: 0),
                Chunk("b", Text("!"), index: 1), Chunk("b", "{}", "\"length\"", index: 1), "[DONE]");
        Assert.Collection(
            bench.Behind(3),
            one => SpliceBench.Same(Chunk("a", Text("o"), index: 1, model: "b"), one),
            one => SpliceBench.Same(Chunk("a", Text("!"), index: 1, model: "b"), one),
            one => SpliceBench.Same(Chunk("a", "{}", "\"length\"", index: 1, model: "b"), one),
            one => Assert.Equal("[DONE]", one));
    }

    [Fact]
    public void Splice_TwoChoicesInOneChunk_KeepsTheOneThatIsNew()
    {
        var bench = Chat().First(Chunk("a", Text("Yes"), index: 0), Chunk("a", Text("N"), index: 1))
            .Next("""{"id":"b","created":2,"model":"b","choices":[{"index":0,"delta":{"content":"Ye"}},{"index":1,"delta":{"content":"No"}}]}""");
        SpliceBench.Same("""{"id":"a","created":1,"model":"b","choices":[{"index":1,"delta":{"content":"o"}}]}""", Assert.Single(bench.Behind(2)));
    }

    [Fact]
    public void Splice_MoreTextForAFinishedChoice_Differs() => Assert.True(
        Chat().First(Chunk("a", Text("Yes"), "\"stop\""), Chunk("a", Text("N"), index: 1)).Next(Chunk("b", Text("Yes!"))).Differs);

    [Fact]
    public void Splice_ChoiceThatWasNotBegun_IsOpenedAsItCame()
    {
        var bench = Chat().First(Chunk("a", Text("Yes"))).Next(Chunk("b", Role, index: 1), Chunk("b", Text("Yes"), index: 0));
        SpliceBench.Same(Chunk("a", Role, index: 1, model: "b"), Assert.Single(bench.Behind(1)));
    }

    [Fact]
    public void Splice_ToolCallBehindTheBoundary_GoesOnWhole()
    {
        const string Call = """{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{"}}]}""";
        var bench = Chat().First(Chunk("a", Text("Let me"))).Next(Chunk("b", Text("Let me see")), Chunk("b", Call), Chunk("b", "{}", "\"tool_calls\""), "[DONE]");
        Assert.False(bench.Differs);
        SpliceBench.Same(Chunk("a", Call, model: "b"), bench.Sent[2]);
        Assert.False(bench.Transcript.IsContinuable);
    }

    [Theory]
    [InlineData("""{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":""}}]}""")]
    [InlineData("""{"function_call":{"name":"f","arguments":""}}""")]
    [InlineData("""{"audio":{"data":"AAAA"}}""")]
    public void Transcript_WhatCannotBeCompared_EndsIt(string delta) => Assert.False(Chat().First(Chunk("a", delta)).Transcript.IsContinuable);

    [Theory]
    [InlineData("""{"content":null,"tool_calls":null,"audio":null}""")]
    [InlineData("""{"tool_calls":[]}""")]
    public void Transcript_EmptyMembers_DoNotEndIt(string delta) => Assert.True(Chat().First(Chunk("a", delta)).Transcript.IsContinuable);

    [Fact]
    public void Transcript_HalfASurrogatePair_EndsIt() =>
        Assert.False(Chat().First(Chunk("a", """{"content":"\ud83d"}""")).Transcript.IsContinuable);

    [Fact]
    public void Splice_HalfASurrogatePair_Differs() =>
        Assert.True(Chat().First(Chunk("a", Text("Hi"))).Next(Chunk("b", """{"content":"Hi\ud83d"}""")).Differs);

    [Fact]
    public void Splice_DoubledName_Differs() =>
        Assert.True(Chat().First(Chunk("a", Text("Hi"))).Next("""{"choices":[{"index":0,"delta":{"content":"Hi","content":"Hi"}}]}""").Differs);

    [Fact]
    public void Splice_Usage_IsTheFinishersAndComesOnce()
    {
        const string Partial = """{"id":"b","created":2,"model":"b","choices":[],"usage":{"total_tokens":1}}""";
        const string Usage = """{"id":"b","created":2,"model":"b","choices":[],"usage":{"total_tokens":9}}""";
        var bench = Chat().First(Chunk("a", Text("Hi"), "\"stop\"")).Next(Partial, Chunk("b", Text("Hi")), Partial, Chunk("b", "{}", "\"stop\""), Usage, "[DONE]");
        Assert.Collection(
            bench.Behind(1),
            one => SpliceBench.Same("""{"id":"a","created":1,"model":"b","choices":[],"usage":{"total_tokens":9}}""", one),
            one => Assert.Equal("[DONE]", one));
    }

    [Fact]
    public void Splice_AzurePromptFilterChunk_IsNeitherTheFirstNameNorSaidAgain()
    {
        const string Filter = """{"id":"","created":0,"model":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}""";
        var bench = Chat().First(Filter, Chunk("a", Text("H"))).Next(Filter, Chunk("b", Text("Hi")));
        SpliceBench.Same(Chunk("a", Text("i"), model: "b"), Assert.Single(bench.Behind(2)));
    }

    [Fact]
    public void Splice_Logprobs_AreCutWithTheText()
    {
        const string Tokens = """[{"token":"He","logprob":-1,"bytes":[72,101]},{"token":"llo","logprob":-2,"bytes":null},{"token":" you","logprob":-3}]""";
        var bench = Chat().First(Chunk("a", Text("Hel")))
            .Next($$$"""{"id":"b","choices":[{"index":0,"delta":{"content":"Hello you"},"logprobs":{"content":{{{Tokens}}},"refusal":null}}]}""");
        SpliceBench.Same(
            """{"id":"a","choices":[{"index":0,"delta":{"content":"lo you"},"logprobs":{"content":[{"token":" you","logprob":-3}],"refusal":null}}]}""",
            Assert.Single(bench.Behind(1)));
    }

    [Fact]
    public void Splice_Completions_CutTextAndItsColumns()
    {
        var bench = new SpliceBench(ApiOperation.Completions).First("""{"id":"a","created":1,"choices":[{"index":0,"text":"Hello","finish_reason":null}]}""")
            .Next(
                """{"id":"b","created":2,"choices":[{"index":0,"text":"Hello you","logprobs":{"tokens":["Hello"," you"],"token_logprobs":[-1,-2],"top_logprobs":null,"text_offset":[0,5]},"finish_reason":null}]}""",
                """{"id":"b","created":2,"choices":[{"index":0,"text":"","finish_reason":"stop"}]}""",
                "[DONE]");
        Assert.Collection(
            bench.Behind(1),
            one => SpliceBench.Same("""{"id":"a","created":1,"choices":[{"index":0,"text":" you","logprobs":{"tokens":[" you"],"token_logprobs":[-2],"top_logprobs":null,"text_offset":[5]},"finish_reason":null}]}""", one),
            one => SpliceBench.Same("""{"id":"a","created":1,"choices":[{"index":0,"text":"","finish_reason":"stop"}]}""", one),
            one => Assert.Equal("[DONE]", one));
    }

    [Fact]
    public void Splice_FinisherBreaksToo_TheNextOneGoesOnFromThere()
    {
        var bench = Chat().First(Chunk("a", Text("one"))).Next(Chunk("b", Text("one two")))
            .Next(Chunk("c", Text("one tw")), Chunk("c", Text("o three"), "\"stop\""), "[DONE]");
        Assert.Collection(
            bench.Behind(1),
            one => SpliceBench.Same(Chunk("a", Text(" two"), model: "b"), one),
            one => SpliceBench.Same(Chunk("a", Text(" three"), "\"stop\"", model: "c"), one),
            one => Assert.Equal("[DONE]", one));
    }

    [Fact]
    public void Splice_Comments_PassOnceSomethingNewWentOut()
    {
        var transcript = Chat().First(Chunk("a", Text("Hi"))).Transcript;
        var splicer = transcript.Continue();
        Assert.True(splicer.Splice(": ping\n\n"u8.ToArray()).Bytes.IsEmpty);
        splicer.Splice(System.Text.Encoding.UTF8.GetBytes($"data: {Chunk("b", Text("Hi you"))}\n\n"));
        Assert.False(splicer.Splice(": ping\n\n"u8.ToArray()).Bytes.IsEmpty);
    }

    private static SpliceBench Chat() => new(ApiOperation.ChatCompletions);

    private static string Text(string text) => $$"""{"content":"{{text}}"}""";

    private static string Chunk(string id, string delta, string finish = "null", int index = 0, string? model = null) =>
        $$"""{"id":"{{id}}","object":"chat.completion.chunk","created":{{id[0] - 'a' + 1}},"model":"{{model ?? id}}","choices":[{"index":{{index}},"delta":{{delta}},"finish_reason":{{finish}}}]}""";
}
