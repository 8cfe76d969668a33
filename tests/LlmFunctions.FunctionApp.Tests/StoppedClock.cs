namespace LlmFunctions.FunctionApp.Tests;

/// <summary>A clock that moves only when told to; delays take their time all the same.</summary>
internal sealed class StoppedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
