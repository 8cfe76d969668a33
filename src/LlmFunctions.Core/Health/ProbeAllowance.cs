using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Health;

/// <summary>What this instance may probe, agreed with the others through the ledger. While the storage is out it probes
/// without a lease and counts its tokens alone. Thread-safe.</summary>
internal sealed class ProbeAllowance(IProbeLedger ledger, IHealthStore store, TimeProvider time, IOptions<ProbingOptions> options)
{
    private static readonly TimeSpan LedgerLimit = TimeSpan.FromSeconds(2);

    private readonly string _holder = $"{Environment.MachineName}/{Guid.NewGuid():N}";
    private readonly ProbeTokens _tokens = new();

    /// <summary>Takes the lease of an endpoint's regular probe. False when another instance asks.</summary>
    public async Task<bool> TryLeaseAsync(string endpoint, TimeSpan duration) =>
        await AskAsync(token => ledger.TryLeaseAsync(endpoint, _holder, time.GetUtcNow(), duration, token)) ?? true;

    /// <summary>Whether callers of any instance had a sound answer from the endpoint since then, as far as that is shared.</summary>
    public async Task<bool> IsConfirmedAsync(EndpointState endpoint, DateTimeOffset since) =>
        await AskAsync(token => FindSuccessAsync(endpoint, since, token)) ?? false;

    /// <summary>Sets the tokens of one completion aside. False when the budget of the day (UTC) is spent.</summary>
    public async Task<bool> TrySpendAsync()
    {
        var (tokens, budget) = (options.Value.CompletionTokens, options.Value.DailyTokens);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        // What was spent while the ledger was out is paid before anything else.
        var owed = _tokens.TakeOwed(today);
        var granted = await AskAsync(token => ledger.TrySpendAsync(today, owed + tokens, budget, token));
        if (granted == true)
            _tokens.Spend(tokens);
        else
            _tokens.Owe(owed);
        return granted ?? _tokens.TrySpendAlone(tokens, budget);
    }

    private async Task<bool> FindSuccessAsync(EndpointState endpoint, DateTimeOffset since, CancellationToken cancellationToken)
    {
        foreach (var state in endpoint.Deployments)
        {
            if ((await store.ReadAsync(state.Id, cancellationToken))?.LastSuccess > since)
                return true;
        }

        return false;
    }

    private async Task<bool?> AskAsync(Func<CancellationToken, Task<bool>> ask)
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
}
