using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LlmFunctions.Core.Telemetry;

/// <summary>Where the router's spans and metrics come from. A host that exports them subscribes to both by the one name; without a
/// subscriber nothing is made.</summary>
public static class RouterTelemetry
{
    /// <summary>Name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>.</summary>
    public const string Name = "LlmFunctions";

    internal static ActivitySource Spans { get; } = new(Name);

    internal static Meter Meter { get; } = new(Name);
}
