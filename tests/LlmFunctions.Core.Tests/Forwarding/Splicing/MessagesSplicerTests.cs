using LlmFunctions.Core.Catalog;

namespace LlmFunctions.Core.Tests.Forwarding.Splicing;

public sealed class MessagesSplicerTests
{
    private const string Ping = """{"type":"ping"}""";
    private const string End = """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}""";
    private const string Stop = """{"type":"message_stop"}""";

    [Fact]
    public void Splice_RepeatedInOtherChunks_SwallowsTheOpeningAndGoesOn()
    {
        var bench = Messages().First(Start("a"), Block(0), Ping, Text("Hel"), Text("lo"))
            .Next(Start("b"), Block(0), Ping, Text("Hello wo"), Text("rld"), Close(0), End, Stop);
        Assert.False(bench.Differs);
        Assert.Equal([Text(" wo"), Text("rld"), Close(0), End, Stop], bench.Behind(5));
    }

    [Fact]
    public void Splice_OtherWord_Differs() => Assert.True(Messages().First(Start("a"), Block(0), Text("Hello")).Next(Start("b"), Block(0), Text("Help")).Differs);

    [Fact]
    public void Splice_EndsEarlier_Differs()
    {
        Assert.True(Messages().First(Start("a"), Block(0), Text("Hello")).Next(Start("b"), Block(0), Text("Hel"), Close(0)).Differs);
        Assert.True(Messages().First(Start("a"), Block(0), Text("Hello")).Next(Start("b"), Block(0), Text("Hel"), End).Differs);
        Assert.True(Messages().First(Start("a"), Block(0), Text("Hi"), Close(0), Block(1)).Next(Start("b"), Block(0), Text("Hi"), Close(0), End).Differs);
    }

    [Fact]
    public void Splice_OtherKindOfBlock_Differs() =>
        Assert.True(Messages().First(Start("a"), Block(0, "thinking")).Next(Start("b"), Block(0, "text")).Differs);

    [Fact]
    public void Splice_MoreTextInABlockThatWasClosed_Differs() =>
        Assert.True(Messages().First(Start("a"), Block(0), Text("Hi"), Close(0)).Next(Start("b"), Block(0), Text("Hi you")).Differs);

    [Fact]
    public void Splice_ThinkingThatWasSigned_IsNotSignedAgain()
    {
        var bench = Messages().First(Start("a"), Block(0, "thinking"), Thinking("Hm"), Signature("s1"), Close(0), Block(1), Text("H", 1))
            .Next(Start("b"), Block(0, "thinking"), Thinking("H"), Thinking("m"), Signature("s2"), Close(0), Block(1), Text("Hi", 1), Close(1), End, Stop);
        Assert.Equal([Text("i", 1), Close(1), End, Stop], bench.Behind(7));
    }

    [Fact]
    public void Splice_ThinkingThatWasNotSigned_GetsTheFinishersSignature()
    {
        var bench = Messages().First(Start("a"), Block(0, "thinking"), Thinking("Hm"))
            .Next(Start("b"), Block(0, "thinking"), Thinking("Hm"), Signature("s2"), Close(0));
        Assert.Equal([Signature("s2"), Close(0)], bench.Behind(3));
    }

    [Fact]
    public void Splice_Citations_AreSaidOnce()
    {
        var bench = Messages().First(Start("a"), Block(0), Text("Hi"), Citation("x"))
            .Next(Start("b"), Block(0), Text("Hi"), Citation("x"), Citation("y"), Text(" you"));
        Assert.Equal([Citation("y"), Text(" you")], bench.Behind(4));
    }

    [Fact]
    public void Splice_ToolUseBehindTheBoundary_GoesOnWhole()
    {
        const string Tool = """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}""";
        const string Input = """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}}""";
        var bench = Messages().First(Start("a"), Block(0), Text("Let me"))
            .Next(Start("b"), Block(0), Text("Let me"), Close(0), Tool, Input, Close(1), End, Stop);
        Assert.Equal([Close(0), Tool, Input, Close(1), End, Stop], bench.Behind(3));
        Assert.False(bench.Transcript.IsContinuable);
    }

    [Theory]
    [InlineData("tool_use")]
    [InlineData("server_tool_use")]
    [InlineData("redacted_thinking")]
    public void Transcript_WhatCannotBeCompared_EndsIt(string type) => Assert.False(Messages().First(Start("a"), Block(0, type)).Transcript.IsContinuable);

    [Fact]
    public void Splice_StopWithoutAReason_Differs() =>
        Assert.True(Messages().First(Start("a"), Block(0), Text("Hi")).Next(Start("b"), Block(0), Text("Hi"), Close(0), Stop).Differs);

    [Fact]
    public void Splice_BlockThatBeginsWithText_IsComparedLikeADelta()
    {
        const string Begins = """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"He"}}""";
        var bench = Messages().First(Start("a"), Block(0), Text("Hello")).Next(Start("b"), Begins, Text("llo you"));
        Assert.Equal([Text(" you")], bench.Behind(3));
        Assert.True(Messages().First(Start("a"), Block(0), Text("H")).Next(Start("b"), Begins).Differs);
    }

    private static SpliceBench Messages() => new(ApiOperation.Messages);

    private static string Start(string id) => $$$"""{"type":"message_start","message":{"id":"{{{id}}}","content":[],"model":"{{{id}}}"}}""";

    private static string Block(int index, string type = "text") =>
        $$$"""{"type":"content_block_start","index":{{{index}}},"content_block":{"type":"{{{type}}}","{{{type}}}":""}}""";

    private static string Text(string text, int index = 0) => $$$"""{"type":"content_block_delta","index":{{{index}}},"delta":{"type":"text_delta","text":"{{{text}}}"}}""";

    private static string Thinking(string text) => $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"{{{text}}}"}}""";

    private static string Signature(string signature) =>
        $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"{{{signature}}}"}}""";

    private static string Citation(string text) =>
        $$$$"""{"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"cited_text":"{{{{text}}}}"}}}""";

    private static string Close(int index) => $$"""{"type":"content_block_stop","index":{{index}}}""";
}
