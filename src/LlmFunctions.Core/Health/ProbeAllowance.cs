using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Health;

/// <summary>What this instance may probe, agreed with the others through the ledger. While the storage is out it probes
/// without a lease and counts its tokens alone. Thread-safe.</summary>
internal sealed class ProbeAllowance(IProbeLedger ledger, TimeProvider time, IOptions<ProbingOptions> options)
{
    private static readonly TimeSpan LedgerLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly string _holder = $"{Environment.MachineName}/{Guid.NewGuid():N}";
    private DateOnly _day;
    private int _spentAlone;

    /// <summary>Takes the lease of an endpoint's regular probe. False when another instance asks.</summary>
    public async Task<bool> TryLeaseAsync(string endpoint, TimeSpan duration) =>
        await AskLedgerAsync(token => ledger.TryLeaseAsync(endpoint, _holder, time.GetUtcNow(), duration, token)) ?? true;

    /// <summary>Sets the tokens of one completion aside. False when the budget of the day (UTC) is spent.</summary>
    public async Task<bool> TrySpendAsync()
    {
        var (tokens, budget) = (options.Value.CompletionTokens, options.Value.DailyTokens);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return await AskLedgerAsync(token => ledger.TrySpendAsync(today, tokens, budget, token)) ?? TrySpendAlone(today, tokens, budget);
    }

    private async Task<bool?> AskLedgerAsync(Func<CancellationToken, Task<bool>> ask)
    {
        using var limit = new CancellationTokenSource(LedgerLimit, time);
        try
        {
            return await ask(limit.Token).WaitAsync(limit.Token);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private bool TrySpendAlone(DateOnly today, int tokens, int budget)
    {
        lock (_lock)
        {
            if (_day != today)
                (_day, _spentAlone) = (today, 0);
            if (_spentAlone + tokens > budget)
                return false;
            _spentAlone += tokens;
            return true;
        }
    }
}
