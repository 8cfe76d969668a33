using LlmFunctions.AspNetCore.Access;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Tests.Access;

public sealed class PresentedKeyTests
{
    [Theory]
    [InlineData("Authorization", "Bearer secret", "secret")]
    [InlineData("Authorization", "bearer  secret ", "secret")]
    [InlineData("api-key", "secret", "secret")]
    [InlineData("x-api-key", "secret", "secret")]
    [InlineData("Authorization", "Basic secret", null)]
    [InlineData("x-other", "secret", null)]
    public void In_Header_IsTakenFromWhereTheSdksPutIt(string name, string value, string? key)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[name] = value;
        Assert.Equal(key, PresentedKey.In(context.Request));
    }

    [Fact]
    public void In_TheSameHeaderTwice_IsNoKey()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Append("api-key", "one");
        context.Request.Headers.Append("api-key", "two");
        Assert.Null(PresentedKey.In(context.Request));
    }
}
