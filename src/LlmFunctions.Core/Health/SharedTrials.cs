using Microsoft.Extensions.Options;

namespace LlmFunctions.Core.Health;

/// <summary>Begins attempts so that one instance at a time tries a half-open deployment: a trial is claimed in the shared row before it
/// runs. Every other attempt begins at once.</summary>
public sealed class SharedTrials(IHealthStore store, TimeProvider time, IOptions<HealthOptions> options)
{
    private const int MostWrites = 5;

    /// <summary>Begins an attempt if the deployment is available.</summary>
    public ValueTask<AttemptLease?> TryBeginAsync(DeploymentState state, TimeSpan limit) => ClaimAsync(state.TryBegin(time.GetUtcNow(), limit));

    /// <summary>Begins the one attempt that an open circuit allows per break when nothing else is available.</summary>
    public ValueTask<AttemptLease?> TryBeginLastResortAsync(DeploymentState state, TimeSpan limit) =>
        ClaimAsync(state.TryBeginLastResort(time.GetUtcNow(), limit));

    /// <summary>Begins a completion of the prober.</summary>
    public ValueTask<AttemptLease?> TryBeginProbeAsync(DeploymentState state, TimeSpan limit) =>
        ClaimAsync(state.TryBeginProbe(time.GetUtcNow(), limit));

    private ValueTask<AttemptLease?> ClaimAsync(AttemptLease? lease) => lease is { IsTrial: true } ? ClaimTrialAsync(lease) : new(lease);

    // Not under the caller's token: a claim that was sent while its caller left would stand for nobody.
    private async ValueTask<AttemptLease?> ClaimTrialAsync(AttemptLease lease)
    {
        using var limit = new CancellationTokenSource(options.Value.ReadLimit, time);
        try
        {
            if (await TryWriteAsync(lease, limit.Token))
                return lease;
            lease.Dispose();
            return null;
        }
        catch (Exception)
        {
            // Without the table, or with a row that cannot be read, each instance tries alone; what that teaches is merged when the table returns.
            return lease;
        }
    }

    private async Task<bool> TryWriteAsync(AttemptLease lease, CancellationToken cancellationToken)
    {
        var state = lease.State;
        for (var writes = 0; writes < MostWrites && state.ToClaim(lease) is { } row; writes++)
        {
            // The wait ends even if a storage client does not mind its token.
            if (await store.TryWriteAsync(row, cancellationToken).WaitAsync(cancellationToken))
            {
                state.SetPublished(row);
                return true;
            }

            // The row was older than the stored one, which need not mean that another has the trial.
            var stored = await store.ReadAsync(state.Id, cancellationToken).WaitAsync(cancellationToken);
            if (stored is null)
                state.ForgetStored();
            else
                state.Merge(stored);
            if (stored?.TrialId == lease.Trial)
                return true;
        }

        return false;
    }
}
