namespace LlmFunctions.Simulator;

/// <summary>A fault that was added, and what is left of it. Guarded by the schedule's lock.</summary>
internal sealed class ScheduledFault(int id, Fault fault, TimeProvider time)
{
    private readonly long _added = time.GetTimestamp();
    private readonly string? _operation = fault.Operation is { } operation ? ApiPath.NormalizeOperation(operation) : null;
    private double _accumulated;

    public int Id => id;
    public Fault Fault => fault;
    public int? Remaining { get; private set; } = fault.Times;

    public bool IsOver => Remaining == 0 || (fault.For is { } span && time.GetElapsedTime(_added) >= span);

    public bool TryStrike(string? model, string operation)
    {
        if (fault.Model is not null && fault.Model != model)
            return false;
        if (_operation is not null && _operation != operation)
            return false;
        if (!IsShareDue())
            return false;
        Remaining--;
        return true;
    }

    private bool IsShareDue()
    {
        if (fault.Share is not { } share)
            return true;
        _accumulated += share;
        // Ten times 0.1 is a hair below 1 in floating point.
        if (_accumulated < 1 - 1e-9)
            return false;
        _accumulated--;
        return true;
    }
}
