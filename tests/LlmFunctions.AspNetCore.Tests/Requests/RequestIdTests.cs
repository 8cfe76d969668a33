using LlmFunctions.AspNetCore.Requests;

namespace LlmFunctions.AspNetCore.Tests.Requests;

public sealed class RequestIdTests
{
    [Fact]
    public void New_Ids_AreValidAndDiffer()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => RequestId.New()).ToList();
        Assert.All(ids, id => Assert.True(RequestId.IsValid(id), id));
        Assert.Equal(1000, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("req_")]
    [InlineData("req_0123456789abcdef0123456789abcde")]
    [InlineData("req_0123456789abcdef0123456789abcdef0")]
    [InlineData("req_0123456789ABCDEF0123456789abcdef")]
    [InlineData("req_0123456789abcdef0123456789abcde/")]
    [InlineData("xyz_0123456789abcdef0123456789abcdef")]
    public void IsValid_AnythingElse_IsNot(string text) => Assert.False(RequestId.IsValid(text));
}
