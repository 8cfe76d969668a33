namespace LlmFunctions.Simulator;

/// <summary>What was asked of one model, or of all together. Thread-safe.</summary>
public sealed class ModelCounters
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _byOperation = [];
    private readonly Dictionary<string, long> _received = [];
    private readonly Dictionary<string, long> _executed = [];
    private long _requests, _streamed, _inFlight, _peakInFlight, _completed, _aborted;
    private RecordedRequest? _last;

    internal ModelCounters()
    {
    }

    public long Requests => Read(ref _requests);
    public long Streamed => Read(ref _streamed);
    public long InFlight => Read(ref _inFlight);
    public long PeakInFlight => Read(ref _peakInFlight);

    /// <summary>Requests that were answered normally and in full.</summary>
    public long Completed => Read(ref _completed);

    /// <summary>Requests whose caller left before the end.</summary>
    public long Aborted => Read(ref _aborted);

    /// <summary>Requests by operation, e.g. <c>chat/completions</c>.</summary>
    public IReadOnlyDictionary<string, long> ByOperation => Copy(_byOperation);

    /// <summary>How often each prompt arrived.</summary>
    public IReadOnlyDictionary<string, long> Received => Copy(_received);

    /// <summary>How often each prompt was answered normally and in full.</summary>
    public IReadOnlyDictionary<string, long> Executed => Copy(_executed);

    public RecordedRequest? LastRequest
    {
        get { lock (_lock) return _last; }
    }

    internal void Begin(string operation, bool streamed, string? prompt, RecordedRequest? request)
    {
        lock (_lock)
        {
            _requests++;
            _streamed += streamed ? 1 : 0;
            _peakInFlight = Math.Max(_peakInFlight, ++_inFlight);
            Increment(_byOperation, operation);
            if (prompt is not null)
                Increment(_received, prompt);
            _last = request ?? _last;
        }
    }

    internal void End(RequestEnd end, string? prompt)
    {
        lock (_lock)
        {
            _inFlight--;
            _aborted += end == RequestEnd.Aborted ? 1 : 0;
            if (end != RequestEnd.Completed)
                return;
            _completed++;
            if (prompt is not null)
                Increment(_executed, prompt);
        }
    }

    // What is in flight stays so, or its end would make the count negative.
    internal void Clear()
    {
        lock (_lock)
        {
            _requests = _streamed = _completed = _aborted = 0;
            _peakInFlight = _inFlight;
            _byOperation.Clear();
            _received.Clear();
            _executed.Clear();
            _last = null;
        }
    }

    private static void Increment(Dictionary<string, long> counts, string key) =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

    private long Read(ref long value)
    {
        lock (_lock)
            return value;
    }

    private Dictionary<string, long> Copy(Dictionary<string, long> counts)
    {
        lock (_lock)
            return new Dictionary<string, long>(counts);
    }
}
