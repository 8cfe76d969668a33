using System.Text;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class JsonBodyReaderTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    [InlineData("\"transparent\"", false)]
    [InlineData("{\"background\":true}", false)]
    public void Read_Background_IsTrueOrSomethingElse(string value, bool isBackground)
    {
        var body = JsonBodyReader.Read(Encoding.UTF8.GetBytes($"{{\"background\":{value},\"model\":\"m\"}}"), "application/json");
        Assert.Equal((isBackground, "m"), (body.IsBackground, body.Model));
    }

    [Fact]
    public void Read_ChatBody_FindsWhatTheRouterNeeds()
    {
        var body = Read("""{"messages":[{"role":"user","content":"hi"}],"model":"gpt-4o","stream":true,"stream_options":{"x":[1],"include_usage":true},"user":"u1"}""");
        Assert.Equal("gpt-4o", body.Model);
        Assert.True(body.IsStreaming);
        Assert.True(body.IncludesUsage);
        Assert.Equal("u1", body.CacheKey);
        Assert.Equal("\"gpt-4o\"", Text(body, body.ModelAt));
        Assert.Equal("""[{"role":"user","content":"hi"}]""", Text(body, body.PromptAt));
    }

    [Fact]
    public void Read_PreviousResponse_KnowsItsPlace()
    {
        var body = Read("""{"previous_response_id": "resp_1" ,"model":"m"}""");
        Assert.Equal("resp_1", body.PreviousResponseId);
        Assert.Equal("\"resp_1\"", Text(body, body.PreviousResponseIdAt));
    }

    [Fact]
    public void Read_NestedModel_IsNotTheModel() =>
        Assert.Null(Read("""{"metadata":{"model":"other"},"tools":[{"model":"x"}]}""").Model);

    [Fact]
    public void Read_EscapedModel_IsUnescapedAndItsPlaceIsRaw()
    {
        var body = Read("""{"model":"gpt\u002d4o"}""");
        Assert.Equal("gpt-4o", body.Model);
        Assert.Equal("\"gpt\\u002d4o\"", Text(body, body.ModelAt));
    }

    [Theory]
    [InlineData("""{"messages":"0123","system":"0123456","tools":[1],"max_tokens":50}""", 18, 50)]
    [InlineData("""{"input":"0123","instructions":"01","max_output_tokens":7}""", 10, 7)]
    [InlineData("""{"messages":"","max_completion_tokens":9}""", 2, 9)]
    [InlineData("""{"messages":"","max_tokens":"many"}""", 2, 0)]
    [InlineData("""{"messages":"","max_tokens":-5}""", 2, 0)]
    [InlineData("""{"messages":"","max_tokens":{"a":[99999999999]}}""", 2, 0)]
    [InlineData("""{"max_tokens":99999999999,"n":1}""", 0, 0)]
    public void Read_PromptAndBound_AreMeasured(string json, int bytes, int tokens)
    {
        var body = Read(json);
        Assert.Equal((bytes, tokens), (body.PromptLength, body.MaxAnswerTokens));
        Assert.Equal(new(bytes / 4, tokens), body.Tokens);
    }

    [Fact]
    public void Read_DeepBody_IsTheEndpointsToJudge()
    {
        var deep = new string('[', 500) + new string(']', 500);
        Assert.Equal("m", Read($$"""{"model":"m","tools":{{deep}},"messages":{{deep}}}""").Model);
    }

    [Theory]
    [InlineData("""{"n":3}""", 3)]
    [InlineData("""{"n":null}""", 1)]
    [InlineData("""{"n":[1]}""", 1)]
    [InlineData("""{}""", 1)]
    public void Read_Choices_IsOneUnlessItSaysMore(string json, int expected) => Assert.Equal(expected, Read(json).Choices);

    [Theory]
    [InlineData("""{"prompt_cache_key":"k","user":"u"}""", "k")]
    [InlineData("""{"user":"u","prompt_cache_key":"k"}""", "k")]
    [InlineData("""{"user":"u"}""", "u")]
    [InlineData("""{"user":5}""", null)]
    public void Read_CacheKeyAndUser_PrefersTheCacheKey(string json, string? expected) => Assert.Equal(expected, Read(json).CacheKey);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("\"text\"", "must be a JSON object")]
    [InlineData("{\"model\":\"a\"", "valid JSON")]
    [InlineData("{\"model\":\"a\"} x", "valid JSON")]
    [InlineData("{\"model\":5}", "must be a text")]
    [InlineData("{\"model\":\"\"}", "must be a text")]
    [InlineData("{\"model\":\"a\",\"model\":\"b\"}", "twice")]
    [InlineData("{\"model\":\"a\",\"stream\":\"yes\"}", "true or false")]
    public void Read_BadBody_SaysWhatIsWrong(string json, string part) =>
        Assert.Contains(part, Assert.Throws<RequestBodyException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_InvalidUtf8InModel_SaysSo() =>
        Assert.Contains("UTF-8", Assert.Throws<RequestBodyException>(() =>
            JsonBodyReader.Read(new byte[] { (byte)'{', (byte)'"', (byte)'m', (byte)'o', (byte)'d', (byte)'e', (byte)'l', (byte)'"', (byte)':', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}' }, null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"model":"a","x":1}""", """{"model":"there","x":1}""")]
    [InlineData("""{ "x" : 1 , "model" : "a" }""", """{ "x" : 1 , "model" : "there" }""")]
    [InlineData("""{"x":1}""", """{"model":"there","x":1}""")]
    [InlineData("""{}""", """{"model":"there"}""")]
    [InlineData("""{ }""", """{"model":"there" }""")]
    public async Task EndpointContent_AnyPlaceOfTheModel_ReplacesOnlyThat(string json, string expected)
    {
        using var content = new EndpointContent(Read(json), "there");
        var sent = await content.ReadAsStringAsync();
        Assert.Equal(expected, sent);
        Assert.Equal(expected.Length, content.Headers.ContentLength);
    }

    [Fact]
    public async Task EndpointContent_NameWithQuotes_IsEscaped()
    {
        using var content = new EndpointContent(Read("""{"model":"a"}"""), "we\"ird");
        Assert.Equal("we\"ird", JsonBodyReader.Read(await content.ReadAsByteArrayAsync(), null).Model);
    }

    private static RequestBody Read(string json) => JsonBodyReader.Read(Encoding.UTF8.GetBytes(json), "application/json");

    private static string Text(RequestBody body, Range range) => Encoding.UTF8.GetString(body.Bytes.Span[range]);
}
