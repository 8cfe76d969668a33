using System.Diagnostics.Metrics;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.AspNetCore.Requests;

/// <summary>Counts the bytes of all buffered bodies of this instance. Thread-safe.</summary>
internal sealed class BodyBudget(RouterHttpOptions options) : IGaugeSource
{
    private long _held;

    public long Held => Interlocked.Read(ref _held);

    /// <summary>False when the bytes do not fit; nothing is taken then.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= options.MaxBufferedBodies)
            return true;
        GiveBack(bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _held, -bytes);

    public void AddTo(Meter meter) =>
        meter.CreateObservableUpDownCounter("llm_router.body.held", () => Held, "By", "Bytes of the request bodies that this instance holds.");
}
