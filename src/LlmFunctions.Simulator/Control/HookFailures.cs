using System.Text.Json.Serialization;

namespace LlmFunctions.Simulator;

/// <summary>How many of the next calls of a hook fail, and how.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record HookFailures
{
    public int Times { get; init; } = 1;
    public int Status { get; init; } = 503;

    /// <summary>Throws an <see cref="ArgumentException"/> when that is no failure.</summary>
    public void ApplyTo(StandbyHooks hooks) => hooks.FailNext(Times, Status);
}
