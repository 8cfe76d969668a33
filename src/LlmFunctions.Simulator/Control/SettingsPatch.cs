using System.Text.Json.Serialization;

namespace LlmFunctions.Simulator;

/// <summary>The settings to change; what is null stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SettingsPatch
{
    public double? TokensPerSecond { get; init; }
    public TimeSpan? FirstTokenDelay { get; init; }
    public int? AnswerTokens { get; init; }
    public int? TokensPerEvent { get; init; }
    public int? SaysElseAfter { get; init; }

    /// <summary>Changes all or, throwing an <see cref="ArgumentException"/>, nothing.</summary>
    public void ApplyTo(SimulatorSettings settings)
    {
        var wanted = new SimulatorSettings(new SimulatorOptions
        {
            TokensPerSecond = TokensPerSecond ?? settings.TokensPerSecond,
            FirstTokenDelay = FirstTokenDelay ?? settings.FirstTokenDelay,
            AnswerTokens = AnswerTokens ?? settings.AnswerTokens,
            TokensPerEvent = TokensPerEvent ?? settings.TokensPerEvent,
            SaysElseAfter = SaysElseAfter ?? settings.SaysElseAfter,
        });
        settings.TokensPerSecond = wanted.TokensPerSecond;
        settings.FirstTokenDelay = wanted.FirstTokenDelay;
        settings.AnswerTokens = wanted.AnswerTokens;
        settings.TokensPerEvent = wanted.TokensPerEvent;
        settings.SaysElseAfter = wanted.SaysElseAfter;
    }
}
