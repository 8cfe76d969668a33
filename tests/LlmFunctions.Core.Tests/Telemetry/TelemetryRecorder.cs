using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using LlmFunctions.Core.Telemetry;

namespace LlmFunctions.Core.Tests.Telemetry;

/// <summary>Hears everything that the routers of this process tell. Tests run side by side: each asks for its own names only.</summary>
internal sealed class TelemetryRecorder : IDisposable
{
    private static int _names;

    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ConcurrentQueue<Measured> _measured = [];
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();

    public TelemetryRecorder()
    {
        _activities = new()
        {
            ShouldListenTo = source => source.Name == RouterTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RouterTelemetry.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _meters.Start();
    }

    public IReadOnlyCollection<Activity> AllSpans => [.. _spans];

    public IReadOnlyCollection<Measured> AllMeasured => [.. _measured];

    /// <summary>A name that no other test uses.</summary>
    public static string NewName(string kind) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{kind}{Interlocked.Increment(ref _names)}");

    /// <summary>The spans that ended and have a tag, in the order of their ends.</summary>
    public IReadOnlyList<Activity> Spans(string tag, string value) => [.. _spans.Where(span => Equals(span.GetTagItem(tag), value))];

    public IReadOnlyList<Measured> Points(string metric, string label, string value) => [.. _measured.Where(one => one.Metric == metric && Equals(one[label], value))];

    /// <summary>Asks the gauges.</summary>
    public void Collect() => _meters.RecordObservableInstruments();

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue(new(instrument.Name, instrument.Unit, value, tags.ToArray().ToDictionary()));
}
