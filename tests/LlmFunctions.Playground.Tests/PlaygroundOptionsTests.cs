namespace LlmFunctions.Playground.Tests;

public sealed class PlaygroundOptionsTests
{
    [Theory]
    [InlineData("", 7071, false)]
    [InlineData("--demo", 7071, true)]
    [InlineData("--port 8000", 8000, false)]
    [InlineData("--port 65535 --demo", 65535, true)]
    [InlineData("--demo --port 1", 1, true)]
    public void TryParse_WhatTheUsageNames_IsTaken(string arguments, int port, bool isDemo) =>
        Assert.Equal(new PlaygroundOptions(port, isDemo), Parse(arguments));

    [Theory]
    [InlineData("--port")]
    [InlineData("--port many")]
    [InlineData("--port 0")]
    [InlineData("--port 65536")]
    [InlineData("--port -1")]
    [InlineData("--port --demo")]
    [InlineData("--Demo")]
    [InlineData("8000")]
    [InlineData("--demo now")]
    public void TryParse_AnythingElse_IsRefused(string arguments) => Assert.Null(Parse(arguments));

    private static PlaygroundOptions? Parse(string arguments) => PlaygroundOptions.TryParse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
