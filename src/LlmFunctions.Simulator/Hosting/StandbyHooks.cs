namespace LlmFunctions.Simulator;

/// <summary>The hooks of an endpoint that need not be running: a start listens after the start's delay, a stop kills at once.
/// Either may be called again, as with Azure and Kubernetes: it is counted and changes nothing. Thread-safe.</summary>
public sealed class StandbyHooks : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SimulatorOptions _options;
    private readonly Func<Task> _stop;
    private readonly Func<Task> _start;
    private readonly Func<bool> _isStopped;
    private ITimer? _opening;
    private int _starts;
    private int _stops;
    private int _failures;
    private int _failWith;

    internal StandbyHooks(SimulatorOptions options, Func<Task> stop, Func<Task> start, Func<bool> isStopped) =>
        (_options, _stop, _start, _isStopped) = (options, stop, start, isStopped);

    /// <summary>How often the start hook was called, also in vain.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>How often the stop hook was called, also in vain.</summary>
    public int Stops => Volatile.Read(ref _stops);

    /// <summary>The last call of either hook.</summary>
    public RecordedRequest? LastCall { get; private set; }

    /// <summary>Lets the next calls fail with a status and do nothing.</summary>
    public void FailNext(int times, int status)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 300);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        lock (_lock)
            (_failures, _failWith) = (times, status);
    }

    public void Dispose()
    {
        lock (_lock)
            EndOpening();
    }

    /// <summary>The status of the answer: as with Azure, 202 comes long before it is ready.</summary>
    internal int Start(RecordedRequest call)
    {
        lock (_lock)
        {
            LastCall = call;
            _starts++;
            if (_failures > 0)
                return Fail();
            if (_opening is null && _isStopped())
                _opening = _options.TimeProvider.CreateTimer(_ => Open(), null, _options.StartDelay, Timeout.InfiniteTimeSpan);
            return 202;
        }
    }

    internal async Task<int> StopAsync(RecordedRequest call)
    {
        lock (_lock)
        {
            LastCall = call;
            _stops++;
            if (_failures > 0)
                return Fail();
            EndOpening();
        }

        await _stop();
        return 202;
    }

    private void Open()
    {
        lock (_lock)
        {
            // A stop may have come while the timer was about to fire.
            if (_opening is null)
                return;
            EndOpening();
        }

        _start();
    }

    private void EndOpening()
    {
        _opening?.Dispose();
        _opening = null;
    }

    private int Fail()
    {
        _failures--;
        return _failWith;
    }
}
