namespace LlmFunctions.AspNetCore.Requests;

/// <summary>The part of the budget that one request's body takes, until disposed.</summary>
internal sealed class BodyLease(BodyBudget budget) : IDisposable
{
    private long _bytes;

    public bool TryGrowTo(long bytes)
    {
        var more = bytes - _bytes;
        if (more <= 0)
            return true;
        if (!budget.TryTake(more))
            return false;
        _bytes = bytes;
        return true;
    }

    public void Dispose()
    {
        budget.GiveBack(_bytes);
        _bytes = 0;
    }
}
