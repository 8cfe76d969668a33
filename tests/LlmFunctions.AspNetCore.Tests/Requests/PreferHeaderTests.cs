using LlmFunctions.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace LlmFunctions.AspNetCore.Tests.Requests;

public sealed class PreferHeaderTests
{
    [Theory]
    [InlineData("respond-async", null, true)]
    [InlineData("wait=10", 10, false)]
    [InlineData("WAIT = \"10\"", 10, false)]
    [InlineData("respond-async, wait=0", 0, true)]
    [InlineData("return=minimal, wait=5", 5, false)]
    [InlineData("wait=99999999", 3600, false)]
    [InlineData("wait=-1", null, false)]
    [InlineData("wait=1.5", null, false)]
    [InlineData("wait=99999999999", null, false)]
    [InlineData("wait=NaN", null, false)]
    [InlineData("wait=Infinity", null, false)]
    [InlineData("wait=1e400", null, false)]
    [InlineData("wait=", null, false)]
    [InlineData("wait=+5", null, false)]
    [InlineData("wait", null, false)]
    [InlineData("", null, false)]
    public void Read_Header_IsWhatItSaysOrIgnored(string value, int? seconds, bool respondsAsync)
    {
        var preference = PreferHeader.Read(new HeaderDictionary { ["Prefer"] = value });
        Assert.Equal(seconds is null ? null : TimeSpan.FromSeconds(seconds.Value), preference.Wait);
        Assert.Equal(respondsAsync, preference.RespondAsync);
    }

    [Fact]
    public void Read_SeveralHeaders_AreOneList()
    {
        var preference = PreferHeader.Read(new HeaderDictionary { ["Prefer"] = new(["respond-async", "wait=3"]) });
        Assert.Equal((TimeSpan.FromSeconds(3), true), (preference.Wait, preference.RespondAsync));
    }
}
