using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Forwarding;

/// <summary>Keeps extra attempts from multiplying an outage: they are a share of the requests of the last seconds, over all models of
/// this instance. Thread-safe.</summary>
internal sealed class RetryBudget(ForwardingOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly ResultWindow _requests = new(options.RetryBudgetWindow);
    private readonly ResultWindow _extras = new(options.RetryBudgetWindow);

    public void CountRequest()
    {
        lock (_lock)
            _requests.Add(time.GetUtcNow(), failed: false);
    }

    /// <summary>Takes one extra attempt; false when there is none left.</summary>
    public bool TryTake()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var allowed = Math.Max(options.RetryBudgetLeast, options.RetryBudgetRatio * _requests.Count(now).Results);
            if (_extras.Count(now).Results + 1 > allowed)
                return false;
            _extras.Add(now, failed: false);
            return true;
        }
    }
}
