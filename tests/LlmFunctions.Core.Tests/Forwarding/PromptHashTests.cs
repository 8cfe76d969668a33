using System.Text;
using LlmFunctions.Core.Forwarding;

namespace LlmFunctions.Core.Tests.Forwarding;

public sealed class PromptHashTests
{
    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}]}""", """{"stream":true,"user":"u","messages":[{"role":"user","content":"a"}],"model":"m"}""")]
    [InlineData("""{"input":"a","instructions":"b"}""", """{"input":"a","temperature":1,"instructions":"b"}""")]
    public void Of_SamePromptOtherwiseAsked_IsTheSame(string one, string other) => Assert.Equal(Of(one), Of(other));

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", """{"messages":[{"role":"user","content":"b"}]}""")]
    [InlineData("""{"system":"s","messages":["a"]}""", """{"system":"s","messages":["b"]}""")]
    [InlineData("""{"input":"a"}""", """{"input":"a","instructions":"b"}""")]
    [InlineData("""{"n":1}""", """{"n":2}""")]
    public void Of_OtherPrompt_IsAnother(string one, string other) => Assert.NotEqual(Of(one), Of(other));

    [Fact]
    public void Of_OtherModel_IsAnother() => Assert.NotEqual(Of("""{"input":"a"}"""), Of("""{"input":"a"}""", "n"));

    [Fact]
    public void Of_BodiesWithoutAPrompt_AreToldApartByTheStoredAnswer()
    {
        var one = Request(RequestBody.Empty, "/v1/responses/a");
        Assert.NotEqual(PromptHash.Of(one), PromptHash.Of(Request(RequestBody.Empty, "/v1/responses/b")));
        Assert.Equal(PromptHash.Of(one), PromptHash.Of(Request(RequestBody.Empty, "/v1/responses/a")));
    }

    private static UInt128 Of(string json, string model = "m") =>
        PromptHash.Of(Request(JsonBodyReader.Read(Encoding.UTF8.GetBytes(json), "application/json"), "/v1/chat/completions", model));

    private static ModelRequest Request(RequestBody body, string path, string model = "m") =>
        new() { Method = HttpMethod.Post, Path = ApiPath.TryParse(path)!, Body = body, Model = model };
}
