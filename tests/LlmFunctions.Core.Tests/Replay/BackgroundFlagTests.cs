using System.Text;
using LlmFunctions.Core.Replay;

namespace LlmFunctions.Core.Tests.Replay;

public sealed class BackgroundFlagTests
{
    [Theory]
    [InlineData("""{"background":true}""", """{"background":false}""")]
    [InlineData("""{ "model" : "m", "background" :  true , "input":"background: true" }""", """{ "model" : "m", "background" :  false , "input":"background: true" }""")]
    [InlineData("""{"a":1,"a":2,"background":true,"background":true}""", """{"a":1,"a":2,"background":false,"background":false}""")]
    [InlineData("""{"input":[{"background":true}],"background":false}""", """{"input":[{"background":true}],"background":false}""")]
    [InlineData("""{"background":null,"model":"m"}""", """{"background":null,"model":"m"}""")]
    [InlineData("{}", "{}")]
    public void Clear_Body_LosesItsFlagAndNothingElse(string body, string expected) => Assert.Equal(expected, Clear(body));

    [Fact]
    public void Clear_DeepBody_IsNoLimit()
    {
        var deep = new string('[', 500) + new string(']', 500);
        Assert.Equal($$"""{"input":{{deep}},"background":false}""", Clear($$"""{"input":{{deep}},"background":true}"""));
    }

    private static string Clear(string body) => Encoding.UTF8.GetString(BackgroundFlag.Clear(Encoding.UTF8.GetBytes(body)));
}
