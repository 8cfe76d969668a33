namespace LlmFunctions.Simulator.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_EveryOption_IsUnderstood()
    {
        var options = CommandLine.Parse([
            "--port", "5001", "--control-port=5101", "--name", "east", "--tokens-per-second", "50",
            "--first-token-delay", "00:00:00.2", "--answer-tokens", "8", "--required-key", "k", "--models", "a, b",
            "--begins-stopped", "true", "--start-delay", "00:00:03",
            "--tokens-per-event", "4", "--says-else-after", "9"]);

        Assert.Equal((5001, 5101, "east", 50.0, 8, "k"),
            (options.Port, options.ControlPort, options.Name, options.TokensPerSecond, options.AnswerTokens, options.RequiredKey));
        Assert.Equal(TimeSpan.FromMilliseconds(200), options.FirstTokenDelay);
        Assert.Equal(["a", "b"], options.Models);
        Assert.Equal((true, TimeSpan.FromSeconds(3)), (options.BeginsStopped, options.StartDelay));
        Assert.Equal((4, 9), (options.TokensPerEvent, options.SaysElseAfter));
    }

    [Theory]
    [InlineData("--prot", "1")]
    [InlineData("--port", "x")]
    [InlineData("--port", "70000")]
    [InlineData("--port")]
    [InlineData("--first-token-delay", "-00:00:01")]
    [InlineData("--tokens-per-second", "-1")]
    [InlineData("--answer-tokens", "0")]
    [InlineData("--tokens-per-event", "0")]
    [InlineData("--says-else-after", "-1")]
    public void Parse_BadOption_NamesIt(params string[] arguments)
    {
        var failure = Assert.Throws<FormatException>(() => CommandLine.Parse(arguments));

        Assert.Contains(arguments[0], failure.Message);
    }
}
