namespace LlmFunctions.Core.Tests.Health;

/// <summary>Chance without jitter: always the middle, unless told.</summary>
internal sealed class EvenRandom : Random
{
    public double Value { get; set; } = 0.5;

    public override double NextDouble() => Value;

    public override int Next(int minValue, int maxValue) => minValue;
}
