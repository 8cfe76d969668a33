namespace LlmFunctions.Core.Health;

/// <summary>The tokens that probes of this instance used on a day (UTC), and which of them the shared ledger does not know yet.
/// Thread-safe.</summary>
internal sealed class ProbeTokens
{
    private readonly Lock _lock = new();
    private DateOnly _day;
    private int _spent;
    private int _owed;

    /// <summary>Takes what is to be paid into the ledger; <see cref="Owe"/> it again if that fails.</summary>
    public int TakeOwed(DateOnly today)
    {
        lock (_lock)
        {
            if (_day != today)
                (_day, _spent, _owed) = (today, 0, 0);
            (var owed, _owed) = (_owed, 0);
            return owed;
        }
    }

    public void Owe(int tokens)
    {
        lock (_lock)
            _owed += tokens;
    }

    /// <summary>The ledger granted them.</summary>
    public void Spend(int tokens)
    {
        lock (_lock)
            _spent += tokens;
    }

    /// <summary>The ledger cannot be reached. False when this instance alone would exceed the budget.</summary>
    public bool TrySpendAlone(int tokens, int budget)
    {
        lock (_lock)
        {
            if (_spent + tokens > budget)
                return false;
            _spent += tokens;
            _owed += tokens;
            return true;
        }
    }
}
