namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>One measurement.</summary>
internal sealed record Measured(string Metric, string? Unit, double Value, IReadOnlyDictionary<string, object?> Labels)
{
    public object? this[string label] => Labels.GetValueOrDefault(label);
}
