using LlmFunctions.Core.Health;
using LlmFunctions.Core.Replay;
using LlmFunctions.Core.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Tests;

public sealed class SectionOptionsTests
{
    [Fact]
    public void AddSection_EveryKindOfValue_IsRead()
    {
        var health = Read<HealthOptions>("Health", new()
        {
            ["Health:Break"] = "00:00:05.250",
            ["health:longestbreak"] = "24:00:00",
            ["Health:ConsecutiveFailures"] = "7",
            ["Health:FailureRatio"] = "0.25",
        });
        Assert.Equal(TimeSpan.FromSeconds(5.25), health.Break);
        Assert.Equal(TimeSpan.FromDays(1), health.LongestBreak);
        Assert.Equal((7, 0.25), (health.ConsecutiveFailures, health.FailureRatio));
        Assert.Equal(new HealthOptions().Window, health.Window);

        Assert.Equal(TimeSpan.FromMinutes(2), Read<RoutingOptions>("Routing", new() { ["Routing:AnswerWithin"] = "00:02:00" }).AnswerWithin);
        Assert.Null(Read<RoutingOptions>("Routing", new() { ["Routing:AnswerWithin"] = "" }).AnswerWithin);
        var callbacks = Read<CallbackOptions>("Callbacks", new() { ["Callbacks:AllowPrivateAddresses"] = "True", ["Callbacks:Secret"] = "env:S" });
        Assert.Equal((true, "env:S"), (callbacks.AllowPrivateAddresses, callbacks.Secret));
    }

    [Theory]
    [InlineData("Health:Break", "5", "Health:Break must be a time as hh:mm:ss, such as 00:00:05 for 5 s or 00:00:00.5 for 500 ms, not '5'.")]
    [InlineData("Health:RefreshInterval", "500", "Health:RefreshInterval must be a time as hh:mm:ss, such as 00:00:05 for 5 s or 00:00:00.5 for 500 ms, not '500'.")]
    [InlineData("Health:Window", "", "Health:Window must be a time as hh:mm:ss, such as 00:00:05 for 5 s or 00:00:00.5 for 500 ms, not ''.")]
    [InlineData("Health:ConsecutiveFailures", "five", "Health:ConsecutiveFailures must be a whole number such as 3, at most 2147483647, not 'five'.")]
    [InlineData("Health:FailureRatio", "half", "Health:FailureRatio must be a number such as 0.5, not 'half'.")]
    [InlineData("Health:FailureRatio", "NaN", "Health:FailureRatio must be a number such as 0.5, not 'NaN'.")]
    [InlineData("Health:Braek", "00:00:05", "Health:Braek is no known setting; did you mean Health:Break?")]
    [InlineData("Health:Break:Longest", "00:00:05", "Health:Break:Longest is no known setting; Health:Break takes one value.")]
    [InlineData("Health", "on", "Health is a section, not a value: write Health:ConsecutiveFailures and so on.")]
    public void AddSection_WrongSetting_IsNamedAndSaysWhatToWrite(string key, string value, string message) =>
        Assert.Equal([message], Errors<HealthOptions>("Health", new() { [key] = value }));

    [Fact]
    public void AddSection_NothingNearAnUnknownKey_TellsTheKeysThereAre() => Assert.Equal(
        ["Routing:Speed is no known setting; the section Routing has AnswerWithin, MessageGrace."],
        Errors<RoutingOptions>("Routing", new() { ["Routing:Speed"] = "9" }));

    [Fact]
    public void AddSection_SeveralWrongSettings_AreToldAtOnce() => Assert.Equal(2, Errors<ReplayOptions>(
        "Replay", new() { ["Replay:Lease"] = "60", ["Replay:MaxFailures"] = "many" }).Count());

    [Theory]
    [InlineData("yes")]
    [InlineData("1")]
    public void AddSection_NoFlag_SaysTrueOrFalse(string value) => Assert.Equal(
        [$"Probing:Enabled must be true or false, not '{value}'."], Errors<ProbingOptions>("Probing", new() { ["Probing:Enabled"] = value }));

    private static IEnumerable<string> Errors<T>(string section, Dictionary<string, string?> settings)
        where T : class => Assert.Throws<OptionsValidationException>(() => Read<T>(section, settings)).Failures;

    private static T Read<T>(string section, Dictionary<string, string?> settings)
        where T : class
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using var services = new ServiceCollection().AddSection<T>(configuration, section).Services.BuildServiceProvider();
        return services.GetRequiredService<T>();
    }
}
