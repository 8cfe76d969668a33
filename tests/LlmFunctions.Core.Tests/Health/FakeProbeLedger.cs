using LlmFunctions.Core.Health;

namespace LlmFunctions.Core.Tests.Health;

/// <summary>A ledger in memory that instances share.</summary>
internal sealed class FakeProbeLedger : IProbeLedger
{
    private readonly Dictionary<string, (string Holder, DateTimeOffset Until)> _leases = [];
    private readonly Dictionary<DateOnly, int> _spent = [];

    public bool Down { get; set; }

    public int Spent(DateTimeOffset now) => _spent.GetValueOrDefault(DateOnly.FromDateTime(now.UtcDateTime));

    public Task<bool> TryLeaseAsync(string endpoint, string holder, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (Down)
            return Task.FromException<bool>(new StorageUnavailableException("down", new IOException()));
        if (_leases.TryGetValue(endpoint, out var lease) && lease.Until > now && lease.Holder != holder)
            return Task.FromResult(false);
        _leases[endpoint] = (holder, now + duration);
        return Task.FromResult(true);
    }

    public Task<bool> TrySpendAsync(DateOnly day, int tokens, int budget, CancellationToken cancellationToken)
    {
        if (Down)
            return Task.FromException<bool>(new StorageUnavailableException("down", new IOException()));
        var spent = _spent.GetValueOrDefault(day) + tokens;
        if (spent <= budget)
            _spent[day] = spent;
        return Task.FromResult(spent <= budget);
    }
}
