using System.Text;
using LlmFunctions.Core.Catalog;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class StreamDialectTests
{
    // Meanings as numbers: 0 nothing, 1 content, 2 end, 3 error, 4 malformed, 5 an end before all was said.
    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""", 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":null}}]}""", 0)]
    [InlineData("""{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}""", 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"Hi"}}]}""", 1)]
    [InlineData("""{"choices":[{"index":0,"delta":{"refusal":"No"}}]}""", 1)]
    [InlineData("""{"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}""", 1)]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":""}}]}}]}""", 1)]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[]}}]}""", 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", 1)]
    [InlineData("""{"choices":[{"index":0,"text":"Hi"}]}""", 1)]
    [InlineData("""{"choices":[{"index":0,"text":""}]}""", 0)]
    [InlineData("""{"error":{"message":"x"}}""", 3)]
    [InlineData("""{"choices":[{"ind""", 4)]
    [InlineData("[DONE]", 5)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"Hi\ud800"}}]}""", 1)]
    [InlineData("""{"error":"\ud800"}""", 3)]
    [InlineData("[1]", 4)]
    public void Chat_OneEvent_MeansWhatTheApiSays(string data, int meaning) => AssertMeaning(ApiOperation.ChatCompletions, data, meaning);

    [Theory]
    [InlineData("""{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","error":null}}""", 0)]
    [InlineData("""{"type":"response.output_item.added","sequence_number":2}""", 0)]
    [InlineData("""{"type":"response.output_text.delta","delta":"Hi"}""", 1)]
    [InlineData("""{"type":"response.function_call_arguments.delta","delta":"{"}""", 1)]
    [InlineData("""{"type":"response.completed","response":{"id":"resp_1"}}""", 2)]
    [InlineData("[DONE]", 5)]
    [InlineData("""{"type":"\ud800"}""", 4)]
    [InlineData("""{"type":"response.incomplete","response":{"id":"resp_1"}}""", 2)]
    [InlineData("""{"type":"response.failed","response":{"error":{"code":"server_error"}}}""", 3)]
    [InlineData("""{"type":"error","code":"server_error","message":"x"}""", 3)]
    public void Responses_OneEvent_MeansWhatTheApiSays(string data, int meaning) => AssertMeaning(ApiOperation.Responses, data, meaning);

    [Theory]
    [InlineData("""{"type":"message_start","message":{"id":"msg_1"}}""", 0)]
    [InlineData("""{"type":"ping"}""", 0)]
    [InlineData("""{"type":"content_block_start","index":0}""", 0)]
    [InlineData("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}""", 1)]
    [InlineData("""{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""", 1)]
    [InlineData("""{"type":"message_delta","delta":{"stop_reason":null}}""", 0)]
    [InlineData("""{"type":"message_stop"}""", 5)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"x"}}""", 3)]
    public void Messages_OneEvent_MeansWhatTheApiSays(string data, int meaning) => AssertMeaning(ApiOperation.Messages, data, meaning);

    [Theory]
    [InlineData(2, """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""")]
    [InlineData(5, """{"choices":[{"index":0,"delta":{"content":"a"}}]}""")]
    [InlineData(5, """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"},{"index":1,"delta":{"content":"b"}}]}""")]
    public void Chat_Done_IsAnEndOnlyOnceAllThatBeganIsFinished(int meaning, string before)
    {
        var dialect = StreamDialect.For(Request(ApiOperation.ChatCompletions));
        Read(dialect, before);
        Assert.Equal((EventMeaning)meaning, Read(dialect, "[DONE]"));
    }

    [Theory]
    [InlineData("""{"model":"\ud800","usage":{"prompt_tokens":1}}""", true, null)]
    [InlineData("""{"model":"m","usage":{}}""", true, "m")]
    [InlineData("""{"id":"\ud800"}""", false, null)]
    [InlineData("null", false, null)]
    [InlineData("[]", false, null)]
    [InlineData("\"text\"", false, null)]
    public void JsonAnswer_Read_IsAnObjectWhateverItsModelIsCalled(string body, bool isSound, string? model)
    {
        var answer = JsonAnswer.Read(Encoding.UTF8.GetBytes(body), wantsId: true, wantsUsage: true);
        Assert.Equal((isSound, model), (answer.IsSound, answer.Model));
    }

    [Fact]
    public void Messages_Stop_IsAnEndAfterItsReason()
    {
        var dialect = StreamDialect.For(Request(ApiOperation.Messages));
        Read(dialect, """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""");
        Assert.Equal(EventMeaning.End, Read(dialect, """{"type":"message_stop"}"""));
    }

    [Theory]
    [InlineData("""{"prompt":"a"}""", 1)]
    [InlineData("""{"prompt":[1,2,3]}""", 1)]
    [InlineData("""{"prompt":["a","b"]}""", 2)]
    [InlineData("""{"prompt":[[1,2],[3]],"n":2}""", 4)]
    public void Completions_SeveralPrompts_AreFinishedWithTheLastChoiceOfAll(string body, int choices)
    {
        var dialect = StreamDialect.For(Request(ApiOperation.Completions, body));
        for (var i = 0; i < choices; i++)
        {
            Assert.False(dialect.IsFinished);
            Read(dialect, $$"""{"choices":[{"index":{{i}},"text":"a","finish_reason":"stop"}]}""");
        }

        Assert.True(dialect.IsFinished);
    }

    [Fact]
    public void Chat_TwoChoices_IsFinishedWithTheLastOfThem()
    {
        var dialect = StreamDialect.For(Request(ApiOperation.ChatCompletions));
        Read(dialect, """{"choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]}""");
        Read(dialect, """{"choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}""");
        Assert.False(dialect.IsFinished);
        Read(dialect, """{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}""");
        Assert.True(dialect.IsFinished);
        Assert.Equal("data: [DONE]\n\n", Encoding.UTF8.GetString(dialect.MissingEnd.Span));
    }

    [Fact]
    public void Chat_SecondChoiceNotBegun_IsNotFinishedWithTheFirst()
    {
        var dialect = StreamDialect.For(Request(ApiOperation.ChatCompletions, """{"n":2}"""));
        Read(dialect, """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""");
        Assert.False(dialect.IsFinished);
        Assert.True(dialect.MissingEnd.IsEmpty);
        Read(dialect, """{"choices":[{"index":1,"delta":{"content":"b"},"finish_reason":"stop"}]}""");
        Assert.True(dialect.IsFinished);
    }

    [Fact]
    public void Chat_UsageAskedFor_IsFinishedOnlyWithIt()
    {
        var dialect = StreamDialect.For(Request(ApiOperation.ChatCompletions, """{"stream_options":{"include_usage":true}}"""));
        Read(dialect, """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""");
        Assert.False(dialect.IsFinished);
        Read(dialect, """{"choices":[],"usage":{"total_tokens":3}}""");
        Assert.True(dialect.IsFinished);
    }

    [Fact]
    public void Responses_CutInTheMiddle_NumbersItsErrorBehindTheLastEvent()
    {
        var dialect = StreamDialect.For(Request(ApiOperation.Responses));
        Read(dialect, """{"type":"response.output_text.delta","sequence_number":6,"delta":"Hi"}""");
        Assert.True(dialect.MissingEnd.IsEmpty);
        Assert.Contains("\"sequence_number\":7", Encoding.UTF8.GetString(dialect.ErrorEvent("stream_cut", "x")), StringComparison.Ordinal);
    }

    [Fact]
    public void Responses_FirstEvent_NamesTheStoredAnswer()
    {
        var dialect = StreamDialect.For(Request(ApiOperation.Responses));
        Read(dialect, """{"type":"response.created","response":{"id":"resp_7"}}""");
        Assert.Equal("resp_7", dialect.StoredId);
    }

    private static void AssertMeaning(ApiOperation operation, string data, int meaning) =>
        Assert.Equal((EventMeaning)meaning, Read(StreamDialect.For(Request(operation)), data));

    private static EventMeaning Read(StreamDialect dialect, string data) => dialect.Read(Encoding.UTF8.GetBytes($"data: {data}\n\n"));

    private static ModelRequest Request(ApiOperation operation, string body = "{}") => new()
    {
        Method = HttpMethod.Post,
        Path = new ApiPath(ApiSurface.OpenAi, operation, null),
        Model = "m",
        Body = JsonBodyReader.Read(Encoding.UTF8.GetBytes(body), "application/json"),
    };
}
