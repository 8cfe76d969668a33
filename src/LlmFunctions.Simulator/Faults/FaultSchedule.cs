namespace LlmFunctions.Simulator;

/// <summary>The faults in force. The first one added that fits a request strikes it. Thread-safe.</summary>
public sealed class FaultSchedule : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ScheduledFault> _faults = [];
    private readonly List<ITimer> _timers = [];
    private readonly TimeProvider _time;
    private readonly Action _refusalChanged;
    private volatile bool _any;
    private int _lastId;

    internal FaultSchedule(TimeProvider time, Action refusalChanged)
    {
        _time = time;
        _refusalChanged = refusalChanged;
    }

    /// <summary>What is in force now, in the order it was added.</summary>
    public IReadOnlyList<Fault> Active => [.. Snapshot().Select(scheduled => scheduled.Fault)];

    internal bool IsRefusing => Snapshot().Any(scheduled => scheduled.Fault.Kind == FaultKind.Refuse);

    /// <summary>Adds a fault; a refusal is in force when this returns. Throws if the fault makes no sense.</summary>
    public void Add(Fault fault)
    {
        FaultRules.Check(fault);
        lock (_lock)
        {
            _faults.Add(new ScheduledFault(++_lastId, fault, _time));
            _any = true;
            if (fault is { Kind: FaultKind.Refuse, For: { } span })
                _timers.Add(_time.CreateTimer(_ => _refusalChanged(), null, span + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan));
        }
        if (fault.Kind == FaultKind.Refuse)
            _refusalChanged();
    }

    /// <summary>Ends every fault. Requests that already hang go on hanging.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _faults.Clear();
            _any = false;
            StopTimers();
        }
        _refusalChanged();
    }

    public void Dispose()
    {
        lock (_lock)
            StopTimers();
    }

    internal IReadOnlyList<ScheduledFault> Snapshot()
    {
        lock (_lock)
        {
            _faults.RemoveAll(scheduled => scheduled.IsOver);
            return [.. _faults];
        }
    }

    internal Fault? TakeFor(string? model, string operation, bool isProbe)
    {
        if (!_any)
            return null;
        lock (_lock)
        {
            _faults.RemoveAll(scheduled => scheduled.IsOver);
            _any = _faults.Count > 0;
            return _faults.FirstOrDefault(scheduled => AppliesTo(scheduled.Fault, isProbe)
                && scheduled.TryStrike(model, operation))?.Fault;
        }
    }

    // A probe has no prompt and generates nothing, so only what concerns the whole endpoint strikes it.
    private static bool AppliesTo(Fault fault, bool isProbe) => fault.Kind switch
    {
        FaultKind.Refuse => false,
        FaultKind.Reset or FaultKind.Hang or FaultKind.Status or FaultKind.Throttle or FaultKind.WrongJson or FaultKind.EmptyBody => true,
        _ => !isProbe,
    };

    private void StopTimers()
    {
        foreach (var timer in _timers)
            timer.Dispose();
        _timers.Clear();
    }
}
