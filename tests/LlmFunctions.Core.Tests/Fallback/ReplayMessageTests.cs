using LlmFunctions.Core.Fallback;

namespace LlmFunctions.Core.Tests.Fallback;

public sealed class ReplayMessageTests
{
    [Fact]
    public void TryParse_WhatToStringWrote_IsTheSame()
    {
        var message = new ReplayMessage("req_1", 17);
        Assert.True(ReplayMessage.TryParse(message.ToString(), out var parsed));
        Assert.Equal(message, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("req_1")]
    [InlineData("req_1.")]
    [InlineData(".1")]
    [InlineData("req_1.x")]
    [InlineData("req_1.-1")]
    [InlineData("req_1.99999999999999")]
    public void TryParse_AnythingElse_IsNone(string? text) => Assert.False(ReplayMessage.TryParse(text, out _));
}
