using System.Diagnostics.Metrics;

namespace LlmFunctions.Core.Telemetry;

/// <summary>A part of one router that knows how things stand now.</summary>
public interface IGaugeSource
{
    /// <summary>Adds instruments that ask it. They must be cheap to ask, from any thread.</summary>
    /// <param name="meter">Lives as long as the router.</param>
    void AddTo(Meter meter);
}
